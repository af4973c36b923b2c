import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateKey, type KeySource, staticKeys } from '@waxseal/core'

/** A key for this run. With a directory it is also written there, for the owner's eyes only, so that what is kept can be opened. */
export function createKeys(directory: string | undefined): { keys: KeySource; file: string | undefined } {
  const key = generateKey()
  const file = directory && join(directory, 'keys')
  if (file) writeFileSync(file, `demo:${key}\n`, { mode: 0o600, flag: 'wx' })
  return { keys: staticKeys([{ kid: 'demo', key }]), file }
}
