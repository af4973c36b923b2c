import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey, WaxsealError } from '@waxseal/core'
import { onTestFinished } from 'vitest'

export const ENV = { WAXSEAL_KEYS: `k1:${generateKey()}`, ROOT_KEY: `r1:${generateKey()}`, AUDIT_KEY: generateKey() }
export const AUDIT_KEY = { id: 'a1', secret: 'env:AUDIT_KEY' }

/** A folder of this test alone, with these files. */
export function folderWith(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'waxseal-config-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o600 })
  return folder
}

/** The message of the `config` that this throws. */
export async function refusal(run: () => unknown): Promise<string> {
  try {
    await run()
  } catch (error) {
    if (WaxsealError.is(error) && error.code === 'config') return error.message
    throw error
  }
  throw new Error('it was not refused')
}
