import { join } from 'node:path'
import { pythonMissing, pythonWith } from './python.ts'
import { launch, type Service } from './service.ts'

const VERSION = '5.2.3'

/** Why moto cannot be started here, `undefined` where it can. */
export const motoMissing = (): string | undefined => pythonMissing()

/** Puts moto into the cache when it is not there; returns the path of its Python. */
export const installMoto = (): Promise<string> => pythonWith('moto', VERSION)

/**
 * moto's server: AWS KMS (JSON 1.1 over HTTP) in memory, region us-east-1 or whatever the signature's scope names. It takes any
 * credentials, but finds the service by the scope of the signature. `POST /moto-api/reset` forgets all keys.
 *
 * @example
 * const moto = await startMoto()
 * const keys = awsKms({ endpoint: moto.url, region: 'us-east-1', credentials })
 * await moto.stop()
 */
export const startMoto = async (): Promise<Service> =>
  launch(`moto ${VERSION}`, await installMoto(), ['-Bu', join(import.meta.dirname, 'python/aws.py')])
