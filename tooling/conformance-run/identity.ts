// Sealed by the built package on every runtime, with the same keys and injected randomness: the bytes must be those that Node makes,
// and what Node sealed must open. Compressed envelopes are only opened: compressors may differ, what they mean may not.
import { type Compression, deflate, fieldPolicy, gzip, type Suite, staticKeys } from '@waxseal/core'
import { createTestSealer } from '@waxseal/core/testing'
import type { Report } from './mini-vitest.ts'

const context = { app: 'billing', job: 'invoice', tenant: 'größe-7' }
const value = {
  invoice: 7,
  lines: [
    { text: 'café ☕ 𝄞', cents: 1999 },
    { text: 'x'.repeat(70_000), cents: 0 },
  ],
  paid: false,
  note: null,
}
const document = { id: 7, card: '4111111111111111', user: [{ email: 'ada@example.com', tier: 'gold' }], total: 12.5 }
const fields = { bundle: ['/card', '/user/*/email'], inline: ['/card', '/total'] }

// A fixed sequence that starts anew for every sealer, so that one difference does not show in all that follow.
const fixedBytes = (): ((out: Uint8Array) => void) => {
  let state = 0x9e3779b9
  return (out) => {
    for (let at = 0; at < out.length; at++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      out[at] = state >>> 24
    }
  }
}

const sealerOf = (suite: Suite, algorithm?: Compression) =>
  createTestSealer({
    keys: staticKeys([{ kid: 'k1', version: 3, key: new Uint8Array(32).fill(7) }]),
    suite,
    compress: { algorithms: algorithm ? [algorithm] : [deflate, gzip], minBytes: algorithm ? 0 : Number.MAX_SAFE_INTEGER },
    randomBytes: fixedBytes(),
    now: () => 0,
  })

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
const bytesOf = (text: string): Uint8Array => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

interface Case {
  readonly name: string
  readonly seal: () => Promise<string>
  readonly open: (sealed: string) => Promise<unknown>
  readonly opened: unknown
  readonly identical: boolean
}

const casesOf = (suite: Suite): Case[] => {
  const plain = (name: string, pick: Parameters<ReturnType<typeof sealerOf>['seal']>[1], algorithm?: Compression): Case => ({
    name: `${suite}, ${name}`,
    seal: async () => sealerOf(suite, algorithm).seal(value, pick) as Promise<string>,
    open: (sealed) => sealerOf(suite).open(sealed, { context }),
    opened: value,
    identical: algorithm === undefined,
  })
  const inForm = (form: 'bundle' | 'inline'): Case => {
    const policy = fieldPolicy({ fields: fields[form], form })
    return {
      name: `${suite}, document as ${form}`,
      seal: async () => JSON.stringify(await sealerOf(suite).sealFields(document, policy, { context })),
      open: (sealed) => sealerOf(suite).openFields(JSON.parse(sealed), policy, { context }),
      opened: document,
      identical: true,
    }
  }
  return [
    plain('string', { context }),
    plain('padded', { context, pad: 'padme' }),
    plain('with its context', { context, storeContext: true }),
    plain('deflate', { context }, deflate),
    plain('gzip', { context }, gzip),
    {
      name: `${suite}, bytes`,
      seal: async () => hex(await sealerOf(suite).seal(value, { context, as: 'bytes' })),
      open: (sealed) => sealerOf(suite).open(bytesOf(sealed), { context }),
      opened: value,
      identical: true,
    },
    inForm('bundle'),
    inForm('inline'),
  ]
}

const cases = [...casesOf('aes-256-gcm'), ...casesOf('chacha20-poly1305')]

/** What this runtime seals, by the name of the case. */
export const sealAll = async (): Promise<Record<string, string>> =>
  Object.fromEntries(await Promise.all(cases.map(async ({ name, seal }) => [name, await seal()])))

const problem = async (
  { name, seal, open, opened, identical }: Case,
  expected: string | undefined,
): Promise<string | undefined> => {
  if (expected === undefined) return `Node sealed no ${name}`
  const own = await seal()
  if (identical && own !== expected) return `other bytes than Node: ${own.slice(0, 200)} instead of ${expected.slice(0, 200)}`
  const wanted = JSON.stringify(opened)
  if (JSON.stringify(await open(expected)) !== wanted) return 'what Node sealed opened as something else'
  return JSON.stringify(await open(own)) === wanted ? undefined : 'what was sealed here opened as something else'
}

/** Holds this runtime against `expected`, what Node sealed. */
export const compare = async (expected: Record<string, string>): Promise<Report> => {
  const report: Report = { passed: 0, failed: 0, skipped: 0, failures: [] }
  for (const one of cases) {
    const error = await problem(one, expected[one.name]).catch((thrown: unknown) => String(thrown))
    if (error === undefined) report.passed++
    else {
      report.failed++
      report.failures.push({ name: one.name, error })
    }
  }
  return report
}
