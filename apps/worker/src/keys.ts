import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateKey, type KeySource, staticKeys } from '@waxseal/core'
import { envKeys } from '@waxseal/keys-env'

export interface DemoKeys {
  readonly keys: KeySource
  /** Where a generated key was written, so that what is kept can be opened. */
  readonly file: string | undefined
}

/** The keys of WAXSEAL_KEYS, or a new one; with a directory that is written there, for its owner's eyes only. */
export function createKeys(directory: string | undefined, env: Readonly<Record<string, string | undefined>>): DemoKeys {
  if (env.WAXSEAL_KEYS) return { keys: envKeys({ env }), file: undefined }
  const key = generateKey()
  const file = directory && join(directory, 'keys')
  if (file) writeFileSync(file, `demo:${key}\n`, { mode: 0o600, flag: 'wx' })
  return { keys: staticKeys([{ kid: 'demo', key }]), file }
}
