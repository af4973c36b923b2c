// What differs between runtimes, asked of the built packages in each of them: which backend was chosen, what works, and with which code
// the rest is refused.
import { AuditError, fileSink } from '@waxseal/audit'
import { serve } from '@waxseal/conformance/fakes'
import { createSealer, deflate, generateKey, type SealerOptions, type Suite, staticKeys, WaxsealError, zstd } from '@waxseal/core'
import { adkSecureSessions, railsRecord } from '@waxseal/formats'
import { envKeys, fileKeys } from '@waxseal/keys-env'
import { fileCheckpoints } from '@waxseal/reseal'
import type { Report } from './mini-vitest.ts'

/** Answers by question: a name, `works`, or the code of a refusal. */
export type Answers = Record<string, string>

/** The report of the probe. */
export type Probed = Report & { answers: Answers }

interface Backend {
  readonly name: 'node' | 'web'
  readonly aead: Record<Suite, { readonly sync: boolean }>
}

const context = { app: 'billing' }
const value = { note: 'sealed '.repeat(400) }
const sealer = (options: Partial<SealerOptions> = {}) =>
  createSealer({ keys: staticKeys([{ kid: 'k1', key: new Uint8Array(32).fill(7) }]), ...options })

const backAndForth = async (options: Partial<SealerOptions>): Promise<void> => {
  const one = sealer(options)
  const opened = await one.open(await one.seal(value, { context }), { context })
  if (JSON.stringify(opened) !== JSON.stringify(value)) throw new Error('something else came back')
}

const atOnce = async (suite: Suite): Promise<void> => {
  const one = sealer({ suite })
  await one.warm()
  one.openSync(one.sealSync(value, { context }), { context })
}

const stream = async (): Promise<void> => {
  const one = sealer()
  const bytes = new Uint8Array(100_000).fill(5)
  const through = new Blob([bytes]).stream().pipeThrough(one.sealStream({ context })).pipeThrough(one.openStream({ context }))
  if ((await new Response(through).arrayBuffer()).byteLength !== bytes.length) throw new Error('something else came back')
}

const passphrase = async (): Promise<void> => {
  const cells = adkSecureSessions({ fernet: 'a passphrase of the probe' })
  await cells.open(await cells.seal(value))
}

const rails = async (): Promise<void> => {
  const column = railsRecord({ keys: { secret: 'a secret of the probe', salt: 'and its salt' } })
  await column.open(await column.seal('value'))
}

const QUESTIONS: Record<string, () => unknown> = {
  '`seal`, `open`, AES-256-GCM': () => backAndForth({ suite: 'aes-256-gcm' }),
  '`seal`, `open`, ChaCha20-Poly1305': () => backAndForth({ suite: 'chacha20-poly1305' }),
  '`sealSync`, `openSync`, AES-256-GCM': () => atOnce('aes-256-gcm'),
  '`sealSync`, `openSync`, ChaCha20-Poly1305': () => atOnce('chacha20-poly1305'),
  '`sealStream`, `openStream`': stream,
  'compression by `deflate`': () => backAndForth({ compress: { algorithms: [deflate] } }),
  'compression by `zstd`': () => backAndForth({ compress: { algorithms: [zstd] } }),
  "`profile: 'fips'` (no FIPS provider here)": () => sealer({ profile: 'fips' }),
  'formats: passphrases of adk-secure-sessions, 600,000 rounds': passphrase,
  'formats: secrets of Rails, 65,536 rounds': rails,
  'keys-env: `envKeys({ env })`': () => envKeys({ env: { WAXSEAL_KEYS: `k1:${generateKey()}` } }).keys?.(),
  'keys-env: `fileKeys`, of a file that is not there': () => fileKeys('/nowhere/keys').keys?.(),
  'audit: `fileSink`': () => fileSink('/tmp/nothing-is-written').append?.length,
  'reseal: `fileCheckpoints`': () => fileCheckpoints('/tmp/nothing-is-there').load('none'),
  'conformance: `serve`': async () => (await serve({ fetch: async () => new Response('') } as never)).close(),
}

const PURPOSES = { aes: 'AES-256-GCM', chacha: 'ChaCha20-Poly1305', hash: 'SHA-2, HMAC', zip: 'deflate' }

const backendOf = ({ name, aead }: Backend): Answers => {
  const crypto = globalThis.process?.getBuiltinModule?.('node:crypto')
  const native = name === 'node' && crypto?.getCiphers().includes('chacha20-poly1305') === true
  return {
    [PURPOSES.aes]: name === 'node' ? 'node:crypto' : aead['aes-256-gcm'].sync ? 'noble' : 'WebCrypto',
    [PURPOSES.chacha]: native ? 'node:crypto' : 'noble',
    [PURPOSES.hash]: name === 'node' ? 'node:crypto' : 'noble',
    [PURPOSES.zip]: name === 'node' ? 'node:zlib' : 'fflate',
  }
}

const answer = async (ask: () => unknown): Promise<string> => {
  try {
    await ask()
    return 'works'
  } catch (error) {
    // Anything but an error of ours with a code is no refusal: it is a fault.
    if (WaxsealError.is(error) || error instanceof AuditError) return `\`${error.code}\``
    throw error
  }
}

/** `backend`: what core's own `imports` chose in this runtime. */
export const probe = async (backend: Backend): Promise<Probed> => {
  const report: Probed = { passed: 0, failed: 0, skipped: 0, failures: [], answers: backendOf(backend) }
  for (const [question, ask] of Object.entries(QUESTIONS)) {
    try {
      report.answers[question] = await answer(ask)
      report.passed++
    } catch (error) {
      report.failed++
      report.failures.push({ name: question, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  }
  return report
}
