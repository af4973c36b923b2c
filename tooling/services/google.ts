import { join } from 'node:path'
import { pythonMissing, pythonWith } from './python.ts'
import { launch, type Service } from './service.ts'

const VERSION = '0.8.0'

/** Why the Google Cloud KMS server cannot be started here, `undefined` where it can. */
export const googleMissing = (): string | undefined => pythonMissing()

/** Puts drongo into the cache when it is not there; returns the path of its Python. */
export const installGoogle = (): Promise<string> => pythonWith('drongo', VERSION)

/**
 * drongo's server: the REST interface of Google Cloud KMS v1 in memory. Key rings and keys are made by the same interface. It asks
 * for no token. `POST /drongo/reset` forgets all keys.
 *
 * @example
 * const google = await startGoogle()
 * await fetch(`${google.url}/v1/projects/p/locations/global/keyRings?keyRingId=r`, { method: 'POST', body: '{}' })
 * await google.stop()
 */
export const startGoogle = async (): Promise<Service> =>
  launch(`drongo ${VERSION}`, await installGoogle(), ['-Bu', join(import.meta.dirname, 'python/google.py')])
