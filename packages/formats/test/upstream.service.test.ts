import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { adkSecureSessionsMissing, installAdkSecureSessions } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { beforeAll, expect, it } from 'vitest'
import { adkSecureSessions } from '../src/index.js'

const INSTALL_LIMIT_MS = 300_000
const SECRETS = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'
const FERNET_KEY = Buffer.from(SECRETS, 'hex').toString('base64').replaceAll('+', '-').replaceAll('/', '_')
const values = [{ card: '4242', list: [1, null, 'ü 北京 🔑'] }, {}, { '\u007f"\\': 'x'.repeat(5000) }]

let python = ''
async function upstream(call: string, keys: object, values: readonly unknown[]): Promise<unknown[]> {
  const request = JSON.stringify({ call, keys, values })
  const { stdout } = await promisify(execFile)(python, [join(import.meta.dirname, 'upstream.py'), request])
  return JSON.parse(stdout)
}

const missing = adkSecureSessionsMissing()
describeIf(!missing, missing ?? '')('adk-secure-sessions and cryptography, from PyPI', () => {
  beforeAll(async () => {
    python = await installAdkSecureSessions()
  }, INSTALL_LIMIT_MS)

  it.each([
    ['AES-GCM', { aesGcm: SECRETS }, { aesGcm: Buffer.from(SECRETS, 'hex') }],
    ['a Fernet key', { fernet: FERNET_KEY }, { fernet: FERNET_KEY }],
    ['a passphrase', { fernet: 'correct horse – ü' }, { fernet: 'correct horse – ü' }],
  ])(
    'reads cells of ours, and we its cells, under %s',
    async (_, theirs, ours) => {
      const cells = adkSecureSessions(ours)
      expect(await upstream('adk.open', theirs, await Promise.all(values.map(cells.seal)))).toEqual(values)
      expect(await Promise.all((await upstream('adk.seal', theirs, values)).map(cells.open))).toEqual(values)
    },
    120_000,
  )

  it('wrote cells under a passphrase without a salt once: we read them', async () => {
    const keys = { fernet: 'correct horse – ü' }
    const cells = await upstream('adk.sealWithoutSalt', keys, values)
    expect(await Promise.all(cells.map(adkSecureSessions(keys).open))).toEqual(values)
  }, 120_000)
})
