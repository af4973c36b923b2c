import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const repository = fileURLToPath(new URL('../../', import.meta.url))

/** The folder of test data that lies beside the repository (`WAXSEAL_SHARED`, or `../shared`) and is never part of it. */
export const sharedFolder: string = resolve(repository, process.env.WAXSEAL_SHARED || '../shared')

/** Why a suite that needs that data was skipped. */
export const NO_SHARED = 'no shared test data (set WAXSEAL_SHARED, or put it beside the repository as ../shared)'

/** The absolute path of a file or folder of the shared test data, `undefined` where it is absent. */
export const shared = (path: string): string | undefined => {
  const found = join(sharedFolder, path)
  return existsSync(found) ? found : undefined
}
