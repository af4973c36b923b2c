import { randomBytes } from 'node:crypto'
import {
  createSealer,
  deflate,
  type FieldPolicyOptions,
  fieldPolicy,
  gzip,
  type Padding,
  type Sealer,
  type Suite,
  staticKeys,
} from '@waxseal/core'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

interface Fresh {
  readonly id: string
  readonly input: object
  readonly output?: object
  readonly error?: string
}

interface Case {
  readonly suite: Suite
  readonly scope: string | undefined
  readonly context: 'none' | Record<string, string>
}

const SUITES = ['aes-256-gcm', 'chacha20-poly1305'] as const
const CONTEXTS = ['none', { app: 'billing', job: 'invoice' }, { app: 'ключ', '\u{1F600}': 'e\u0301' }] as const
const CASES: Case[] = SUITES.flatMap((suite) =>
  [undefined, 'tenant:a'].flatMap((scope) => CONTEXTS.map((context) => ({ suite, scope, context }))),
)
/** Around the ends of one and of two chunks; the first byte of the frame is one of them. */
const LENGTHS = [0, 1, 1000, 16382, 16383, 16384, 32766, 32767, 32768, 100_000]
const LETTER = { text: 'the courier never reads the letter. '.repeat(50) }
const DOCUMENT = { user: { id: 7, email: 'ada@example.com', tags: ['a', null, -0.5, 1e21, 5e-324] }, card: '4111', total: 99.9 }
const POLICIES: FieldPolicyOptions[] = [
  { fields: ['/card', '/user/tags/*'] },
  { fields: ['/**/email'], authenticate: 'all' },
  { fields: ['/card'], authenticate: ['/total', '/user/id', '/absent'] },
  { groups: { pii: ['/user'], pci: ['/card'] }, authenticate: 'all' },
  { fields: ['/card', '/user/email', '/total'], form: 'inline' },
]

const flipped = (sealed: Uint8Array, at: number) => sealed.with(at, sealed[at]! ^ 1)

function sealerFor({ suite, scope }: Case, compress?: 'deflate' | 'gzip'): { sealer: Sealer; keys: object[] } {
  const key = { kid: `k-${hex(randomBytes(4))}`, version: 3, ...(scope === undefined ? {} : { scope }) }
  const bytes = randomBytes(32)
  const algorithms = compress === 'gzip' ? [gzip] : [deflate]
  const sealer = createSealer({
    keys: staticKeys([{ ...key, key: bytes }]),
    suite,
    ...(compress ? { compress: { algorithms, minBytes: 1 } } : {}),
  })
  return { sealer, keys: [{ ...key, key: hex(bytes) }] }
}

async function value(id: string, one: Case, plain: { text: string } | { bytes: string } | { json: unknown }, how: How = {}) {
  const { compress, ...call } = how
  const { sealer, keys } = sealerFor(one, compress)
  const data = 'bytes' in plain ? Buffer.from(plain.bytes, 'hex') : 'text' in plain ? plain.text : plain.json
  const options = { context: one.context, scope: one.scope, ...call }
  const sealed = await sealer.seal(data, { ...options, as: 'bytes' })
  const output = { string: await sealer.seal(data, options), bytes: hex(sealed) }
  const input = { keys, context: one.context, scope: one.scope, storeContext: call.storeContext }
  const refused = [sealed.length - 1, sealed.length - 17, sealed.length - 30].map((at) => ({
    id: `${id} ${at}`,
    input: { ...input, open: 'value', bytes: hex(flipped(sealed, at)) },
    error: 'open_failed',
  }))
  return { opened: { id, input: { ...input, value: plain }, output }, refused }
}

interface How {
  readonly compress?: 'deflate' | 'gzip'
  readonly pad?: Padding
  readonly storeContext?: boolean
}

async function document(id: string, one: Case, policy: FieldPolicyOptions): Promise<Fresh> {
  const { sealer, keys } = sealerFor(one)
  const { context, scope } = one
  const sealed = await sealer.sealFields(DOCUMENT, fieldPolicy(policy), { context, scope })
  return { id, input: { keys, context, scope, policy, document: DOCUMENT }, output: { document: sealed } }
}

/** Values, documents and envelopes that were tampered with, under keys and salts of this very run. */
export async function freshVectors(): Promise<Record<'values' | 'documents' | 'refusals', Fresh[]>> {
  const [first] = CASES as [Case]
  const bound: Case = { ...first, context: { app: 'billing' } }
  const values = await Promise.all([
    ...CASES.map((one, i) => value(`json ${i}`, one, { json: DOCUMENT })),
    ...CASES.map((one, i) => value(`text ${i}`, one, { text: 'Grüße, \u{1F58B}' })),
    ...LENGTHS.flatMap((length) =>
      SUITES.map((suite) => value(`${length} bytes, ${suite}`, { ...first, suite }, { bytes: hex(randomBytes(length)) })),
    ),
    value('deflated', first, LETTER, { compress: 'deflate' }),
    value('gzipped', first, LETTER, { compress: 'gzip' }),
    value('padded', first, LETTER, { pad: { block: 512 } }),
    value('padded by Padmé', first, LETTER, { pad: 'padme' }),
    value('stored context', bound, LETTER, { storeContext: true }),
  ])
  const documents = await Promise.all(
    CASES.flatMap((one, i) => POLICIES.map((policy, j) => document(`policy ${j}, case ${i}`, one, policy))),
  )
  return { values: values.map(({ opened }) => opened), documents, refusals: values.flatMap(({ refused }) => refused) }
}
