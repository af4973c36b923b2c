import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { adkSecureSessionsMissing, installAdkSecureSessions } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { beforeAll, expect, it } from 'vitest'
import { adkSecureSessions, fernet } from '../src/index.js'

const LIMIT_MS = 300_000
const SECRETS = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'
const FERNET_KEY = Buffer.from(SECRETS, 'hex').toString('base64').replaceAll('+', '-').replaceAll('/', '_')
const PASSPHRASE = 'correct horse – ü'
const values = [{ card: '4242', list: [1, null, 'ü 北京 🔑'] }, {}, { '\u007f"\\': 'x'.repeat(5000) }]
const texts = ['', 'ü 北京 🔑', 'x'.repeat(5000)]

interface Request {
  readonly call: string
  readonly keys: object
  readonly values: readonly unknown[]
}

let python = ''
/** One process for many calls: importing the packages takes seconds. */
async function upstream(requests: readonly Request[]): Promise<unknown[][]> {
  const { stdout } = await promisify(execFile)(python, [join(import.meta.dirname, 'upstream.py'), JSON.stringify(requests)])
  return JSON.parse(stdout)
}

const missing = adkSecureSessionsMissing()
describeIf(!missing, missing ?? '')('adk-secure-sessions and cryptography, from PyPI', () => {
  beforeAll(async () => {
    python = await installAdkSecureSessions()
  }, LIMIT_MS)

  it(
    'read cells of ours, and we theirs, under every kind of key',
    async () => {
      const kinds = [
        { keys: { aesGcm: SECRETS }, cells: adkSecureSessions({ aesGcm: Buffer.from(SECRETS, 'hex') }) },
        { keys: { fernet: FERNET_KEY }, cells: adkSecureSessions({ fernet: FERNET_KEY }) },
        { keys: { fernet: PASSPHRASE }, cells: adkSecureSessions({ fernet: PASSPHRASE }) },
      ]
      const requests: Request[] = []
      for (const { keys, cells } of kinds) {
        requests.push({ call: 'adk.open', keys, values: await Promise.all(values.map((value) => cells.seal(value))) })
        requests.push({ call: 'adk.seal', keys, values })
      }
      // As versions before 1.1 wrote them under a passphrase.
      requests.push({ call: 'adk.sealWithoutSalt', keys: { fernet: PASSPHRASE }, values })
      const answers = await upstream(requests)
      const opened = (cells: readonly unknown[] | undefined, by: { open(cell: unknown): Promise<unknown> }) =>
        Promise.all((cells ?? []).map((cell) => by.open(cell)))
      for (const [at, { cells }] of kinds.entries()) {
        expect(answers[2 * at]).toEqual(values)
        expect(await opened(answers[2 * at + 1], cells)).toEqual(values)
      }
      expect(await opened(answers[6], kinds[2]!.cells)).toEqual(values)
    },
    LIMIT_MS,
  )

  it(
    'read Fernet tokens of ours, and we theirs, of a limited age',
    async () => {
      const tokens = fernet({ keys: FERNET_KEY, maxAgeMs: 600_000 })
      const keys = { fernet: FERNET_KEY }
      const ours = await Promise.all(texts.map((text) => tokens.seal(text)))
      const [opened, sealed = []] = await upstream([
        { call: 'fernet.open', keys, values: ours },
        { call: 'fernet.seal', keys, values: texts },
      ])
      expect(opened).toEqual(texts)
      expect(await Promise.all(sealed.map((token) => tokens.open(token)))).toEqual(texts)
    },
    LIMIT_MS,
  )
})
