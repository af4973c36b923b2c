import { goMissing, goProgram } from './go.ts'
import { launch, type Service } from './service.ts'

const VERSION = '0.0.0-20260228092603-2a5e92d09ab6'

/** Why local-kms cannot be started here, `undefined` where it can. */
export const localKmsMissing = (): string | undefined => goMissing('local-kms')

/** Puts local-kms into the cache when it is not there; returns the path of the program. */
export const installLocalKms = (): Promise<string> => goProgram('local-kms', VERSION)

/**
 * local-kms: AWS KMS (JSON 1.1 over HTTP) with a data folder of its own, region us-east-1, account 111122223333. It looks at no
 * signature.
 *
 * @example
 * const kms = await startLocalKms()
 * const keys = awsKms({ endpoint: kms.url, region: 'us-east-1', credentials })
 * await kms.stop()
 */
export const startLocalKms = async (): Promise<Service> => launch('local-kms 2026-02-28', await installLocalKms(), [])
