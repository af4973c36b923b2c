import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateKey, type KeySource, staticKeys } from '@waxseal/core'
import { envKeys } from '@waxseal/keys-env'

export interface DemoKeys {
  readonly keys: KeySource
  /** When the key was made, if it was made for this run. */
  readonly madeAt: Date | undefined
  /** Writes a generated key into a directory, for its owner's eyes only, so that what is kept there can be opened. */
  keep(directory: string): string | undefined
}

/** The keys of WAXSEAL_KEYS, or one made for this run. */
export function createKeys(env: Readonly<Record<string, string | undefined>>): DemoKeys {
  if (env.WAXSEAL_KEYS) return { keys: envKeys({ env }), madeAt: undefined, keep: () => undefined }
  const key = generateKey()
  return {
    keys: staticKeys([{ kid: 'demo', key }]),
    madeAt: new Date(),
    keep(directory) {
      const file = join(directory, 'keys')
      writeFileSync(file, `demo:${key}\n`, { mode: 0o600, flag: 'wx' })
      return file
    },
  }
}
