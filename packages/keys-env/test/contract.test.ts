import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keySourceContract } from '@waxseal/conformance/contracts'
import { afterAll, describe, it } from 'vitest'
import { envKeys, fileKeys, generateKey } from '../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'waxseal-keys-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const path = join(folder, 'keys')
writeFileSync(path, `k2~7:${generateKey()}\nk1:${generateKey()}\n`, { mode: 0o600 })
const env = { WAXSEAL_KEYS: `k2~7:${generateKey()},k1:${generateKey()}` }

keySourceContract({ describe, it, harness: { name: 'envKeys', create: () => envKeys({ env }) } })
keySourceContract({ describe, it, harness: { name: 'fileKeys', create: () => fileKeys(path) } })
keySourceContract({ describe, it, harness: { name: 'fileKeys read each time', create: () => fileKeys(path, { reloadMs: 0 }) } })
