// Appends vectors for inputs that the files do not hold yet; what they hold is never written again:
//   WAXSEAL_VECTORS=append pnpm vitest run packages/core/test/vectors.test.ts && pnpm format
// Then the new counts and digests go into PUBLISHED of vectors.test.ts.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { deflateRawSync } from 'node:zlib'
import { FORM, type Suite } from '../../src/format/suites.ts'
import { bytes, context, hex, jsonFrame, outcome, sealRaw, toText, unhex } from '../fixtures.ts'
import {
  type DerivationInput,
  type DocumentInput,
  derivations,
  documents,
  type IndexInput,
  indexes,
  type KeyText,
  type RefusalInput,
  refused,
  type StreamInput,
  streams,
  type ValueInput,
  type Vector,
  values,
  type WrapInput,
  type WrappedText,
  wraps,
} from './vector.ts'

const random = (id: string, length: number): string =>
  Array.from({ length: Math.ceil(length / 64) }, (_, i) => createHash('sha512').update(`waxseal vector ${id} ${i}`).digest('hex'))
    .join('')
    .slice(0, 2 * length)

// The key of the fixtures, so that raw frames can be sealed for it.
const k1: KeyText = { kid: 'k1', version: 1, key: hex(bytes(32)) }
const tenant: KeyText = { kid: 'tenant-a-2029', version: 7, key: random('tenant', 32), scope: 'tenant:a' }
const named: KeyText = { kid: 'idx', version: 4294967295, key: random('index', 32) }
const root: KeyText = { kid: 'kek-0001', version: 2, key: random('root', 32) }
const second: KeyText = { kid: 'kek-0002', version: 1, key: random('second', 32) }
const suites = { c256: 'aes-256-gcm', c20: 'chacha20-poly1305' } as const
const keys = [k1]

const wrapInput = (
  id: string,
  suite: Suite,
  by: KeyText,
  kid: string,
  scope?: string,
  use = 'envelope',
  version = '0',
): WrapInput => ({
  root: by,
  suite,
  dataKey: random('data key', 32),
  wrapContext: { waxseal: 'v1/wrap', use, kid, version, ...(scope === undefined ? {} : { scope }) },
  random: random(id, 24),
})

const wrapInputs: Record<string, WrapInput> = {
  'wrap-c256': wrapInput('wrap-c256', suites.c256, root, 'root'),
  'wrap-c20': wrapInput('wrap-c20', suites.c20, root, 'root'),
  'wrap-scope': wrapInput('wrap-scope', suites.c256, root, 'root', 'tenant:a'),
  'wrap-stored': wrapInput('wrap-stored', suites.c256, root, 'tenant-a-2029', 'tenant:a', 'stored', '7'),
}

async function wrapped(id: string, several: boolean): Promise<WrappedText> {
  const services = [
    { id: 'region-b', root },
    { id: 'region-a', root: second },
  ]
  const blob = async (by: KeyText, part: string) => (await wraps.produce(wrapInput(`${id} ${part}`, suites.c256, by, id))).wrapped
  const dataKey = random('data key', 32)
  if (!several) return { id, services: [{ id, root }], multi: false, dataKey, wrapped: await blob(root, '0') }
  // 0x01, count, then ascending by id: lp(id), lp(blob).
  const lp = (data: string) => (data.length / 2).toString(16).padStart(8, '0') + data
  const parts = [services[1]!, services[0]!]
  const encoded = await Promise.all(parts.map(async (part) => lp(hex(Buffer.from(part.id))) + lp(await blob(part.root, part.id))))
  return { id, services, multi: true, dataKey, wrapped: `0102${encoded.join('')}` }
}

async function valueInputs(): Promise<Record<string, ValueInput>> {
  const input = (id: string, rest: Partial<ValueInput> & Pick<ValueInput, 'value'>): ValueInput => ({
    keys,
    suite: suites.c256,
    context,
    random: random(id, 24),
    ...rest,
  })
  const text = { text: 'Grüße, \u{1F58B}' }
  const json = { json: { amount: 99.9, tags: ['a', null, true, 1e21], nested: { é: '' } } }
  const letter = { text: 'the courier never reads the letter. '.repeat(20) }
  const inputs: Record<string, Partial<ValueInput> & Pick<ValueInput, 'value'>> = {
    'c256-text': { value: text },
    'c256-bytes': { value: { bytes: hex(bytes(16)) } },
    'c256-json': { value: json },
    'c20-text': { suite: suites.c20, value: text },
    'c20-bytes': { suite: suites.c20, value: { bytes: '' } },
    'c20-json': { suite: suites.c20, value: json },
    'empty-text': { value: { text: '' } },
    'byte-order-mark': { value: { text: '\uFEFFx' } },
    'json-null': { value: { json: null } },
    'temporal-payload': {
      value: { payload: { metadata: { encoding: hex(Buffer.from('json/plain')) }, data: hex(Buffer.from('{"a":1}')) } },
    },
    deflate: { compress: 'deflate', value: letter },
    gzip: { compress: 'gzip', value: letter },
    'deflate-unpadded': { compress: 'deflate', pad: 'none', value: letter },
    'padded-block': { pad: { block: 64 }, value: text },
    'padded-padme': { pad: 'padme', value: { text: 'x'.repeat(300) } },
    'stored-context': { storeContext: true, value: text },
    'context-none': { context: 'none', value: text },
    'context-unicode': { context: { '\uFFFD': 'é', '\u{1F600}': 'e\u0301', '': '' }, value: text },
    scope: { keys: [tenant], scope: 'tenant:a', value: text },
    'largest-locator': { keys: [{ ...k1, kid: 'k'.repeat(64), version: 4294967295 }], value: text },
    'wrapped-root': { wrapped: await wrapped('root', false), value: text },
    'wrapped-multi': { wrapped: await wrapped('two-regions', true), value: text },
    'wrapped-and-stored': { wrapped: await wrapped('root', false), storeContext: true, value: text },
  }
  return Object.fromEntries(Object.entries(inputs).map(([id, rest]) => [id, input(id, rest)]))
}

function documentInputs(): Record<string, DocumentInput> {
  const document = {
    user_id: 'u1',
    card: '4111 1111 1111 1111',
    amount: 99.9,
    user: { 'e/mail~': 'ada@example.com', ключ: null },
    lines: [
      { id: 'a', note: 'first' },
      { id: 7, note: ['second'] },
    ],
  }
  const groups = { pii: ['/user/*'], pci: ['/card'] }
  const inputs: Record<string, Pick<DocumentInput, 'policy'> & Partial<DocumentInput>> = {
    bundle: { policy: { fields: ['/card', '/user/*', '/lines/*/note'] } },
    'bundle-c20': { suite: suites.c20, policy: { fields: ['/card'] } },
    'bundle-empty': { policy: { fields: ['/nothing'] } },
    'bundle-preview': { policy: { fields: ['/card'], preview: { '/card': 'end' }, placeholder: '***' } },
    'bundle-authenticate-all': { policy: { fields: ['/card'], authenticate: 'all' } },
    'bundle-authenticate-list': { policy: { fields: ['/card'], authenticate: ['/amount', '/user_id', '/absent'] } },
    'bundle-stored-context': { policy: { fields: ['/card'] }, storeContext: true },
    'bundle-root-array': { policy: { fields: ['/1/b'] }, document: ['a', { b: 'secret' }] },
    'bundle-root-string': { policy: { fields: [] }, document: 'text' },
    groups: { policy: { groups } },
    'groups-authenticate-all': { policy: { groups, authenticate: 'all' } },
    'groups-scopes': { keys: [k1, tenant], policy: { groups }, scopes: { pii: 'tenant:a' } },
    inline: { policy: { fields: ['/card', '/user', '/amount'], form: 'inline' } },
    'inline-elements': { policy: { fields: ['/lines/*/note'], form: 'inline', elementIds: { '/lines': 'id' } } },
  }
  return Object.fromEntries(
    Object.entries(inputs).map(([id, rest]) => [
      id,
      { keys, suite: suites.c256, context, document, random: random(id, 96), ...rest },
    ]),
  )
}

const streamInputs = (): Record<string, StreamInput> =>
  Object.fromEntries(
    Object.entries(suites).flatMap(([token, suite]) =>
      [0, 1, 16383, 16384, 50000].map((length) => {
        const id = `stream-${token}-${length}`
        return [id, { keys, suite, context, length, random: random(id, 24) }]
      }),
    ),
  )

function derivationInputs(): Record<string, DerivationInput> {
  const dataKey = random('derivations', 32)
  const salt = random('salt', 24)
  const input = (rest: Partial<DerivationInput>): DerivationInput => ({
    dataKey,
    suite: suites.c256,
    form: 'value',
    salt,
    context,
    ...rest,
  })
  // Section 5's table: what adapters bind by default.
  const surfaces: Record<string, Record<string, string>> = {
    ...Object.fromEntries(
      ['data', 'result', 'progress', 'log', 'error'].map((surface) => [
        `job-${surface}`,
        { app: 'billing', job: 'charge-card', surface },
      ]),
    ),
    'job-data-client-id': { app: 'billing', job: 'charge-card', surface: 'data', id: 'order-42' },
    'temporal-payload': { app: 'billing', namespace: 'default' },
    row: { app: 'billing', table: 'users', field: 'email', row: '0190f5c8-6f2e-7bb1-9d0e-3a1f6c2b4d5e' },
    column: { app: 'billing', table: 'users', field: 'email' },
    'session-key': { app: 'billing', user: 'u1', session: 's1', key: 'cart' },
    'session-event': { app: 'billing', user: 'u1', event: 'signed-in' },
    audit: { app: 'billing', store: 'audit', kind: 'login', id: 'e1' },
    'dead-letter': { app: 'billing', store: 'dead-letter', kind: 'charge-card', id: 'job-9' },
    state: { app: 'billing', store: 'state', kind: 'workflow', id: 'w1' },
  }
  const id = Buffer.from(random('$id', 16), 'hex').toString('base64url')
  return {
    ...Object.fromEntries(
      Object.entries(suites).flatMap(([token, suite]) =>
        (['value', 'bundle', 'inline', 'wrap'] as const).map((form) => [`${token}-${form}`, input({ suite, form })]),
      ),
    ),
    'context-none': input({ context: 'none' }),
    'added-scope': input({ added: { $scope: 'tenant:a' } }),
    'added-group': input({ form: 'bundle', added: { $group: 'pci', $groups: 'pci,pii', $id: id } }),
    'added-clear': input({ form: 'bundle', added: { $clear: Buffer.from(random('clear', 32), 'hex').toString('base64url') } }),
    'added-at': input({ form: 'inline', added: { $at: '/lines/[n:7]/note' } }),
    ...Object.fromEntries(Object.entries(surfaces).map(([name, pairs]) => [`surface-${name}`, input({ context: pairs })])),
  }
}

function indexInputs(): Record<string, IndexInput> {
  const index = {
    table: 'users',
    field: 'email',
    name: 'eq',
    version: 1,
    normaliser: 'text',
    value: '\uFF21da@Example.COM ',
  } as const
  const scoped = { keys: [{ ...named, scope: 'tenant:a' }], scope: 'tenant:a' }
  const bits = Object.fromEntries(
    [1, 7, 8, 12, 127].map((n) => [`index-${n}-bits`, { keys: [named], index: { ...index, bits: n } }]),
  )
  const args = { b: 2, a: [1, 'x', null], 'é\u{1F600}': 1e21 }
  return {
    index: { keys: [named], index },
    'index-version-2': { keys: [named], index: { ...index, version: 2 } },
    'index-other-name': { keys: [named], index: { ...index, name: 'login' } },
    'index-exact': { keys: [named], index: { ...index, normaliser: 'exact' } },
    'index-digits': { keys: [named], index: { ...index, normaliser: 'digits', value: '+49 (30) 901820' } },
    'index-scope': { ...scoped, index },
    ...bits,
    dedup: { keys: [named], dedup: { jobType: 'charge-card', args } },
    'dedup-scope': { ...scoped, dedup: { jobType: 'charge-card', args } },
    'dedup-null': { keys: [named], dedup: { jobType: '', args: null } },
  }
}

async function refusals(): Promise<Vector<RefusalInput>[]> {
  const plain = (await values.produce((await valueInputs())['c256-text']!)) as { string: string; bytes: string }
  const c20 = (await values.produce((await valueInputs())['c20-text']!)) as { string: string; bytes: string }
  const scoped = (await values.produce((await valueInputs()).scope!)) as { string: string }
  const [{ bundle, groups, inline }, c256] = [documentInputs(), suites.c256]
  const stored = async (input: DocumentInput) => (await documents.produce(input)).document as Record<string, unknown>
  const document = await stored(bundle!)
  const grouped = await stored(groups!)
  const wax = grouped.$wax as Record<string, string>
  const other = (await stored({ ...groups!, random: random('other', 96) })).$wax as Record<string, string>
  const stream = (await streams.produce(streamInputs()['stream-c256-1']!)).bytes!
  const wrap = wrapInputs['wrap-c256']!
  const blob = (await wraps.produce(wrap)).wrapped

  const value = (sealed: string, rest: Partial<RefusalInput> = {}): RefusalInput => ({
    open: 'value',
    keys,
    context,
    sealed,
    ...rest,
  })
  const binary = (data: string): RefusalInput => ({ open: 'value', keys, context, bytes: data })
  const fields = (changed: unknown, from: DocumentInput = bundle!): RefusalInput => ({
    open: 'document',
    keys,
    context,
    policy: from.policy,
    document: changed,
  })
  const replace = (text: string, at: number, by: string) => text.slice(0, at) + by + text.slice(at + by.length)
  const flip = (text: string, byte: number) =>
    replace(text, 2 * byte, (Number.parseInt(text.slice(2 * byte, 2 * byte + 2), 16) ^ 1).toString(16).padStart(2, '0'))
  const bundleOf = async (plaintext: unknown) => ({
    ...document,
    $wax: await sealRaw(jsonFrame(plaintext), { form: FORM.bundle }),
  })
  const raw = async (frame: number[]) => value(await sealRaw(Uint8Array.from(frame)))
  const size = plain.bytes.length / 2

  const cases: [string, RefusalInput, string][] = [
    ['another-context', value(plain.string, { context: { app: 'billing', job: 'refund' } }), 'open_failed'],
    ['shifted-boundary', value(plain.string, { context: { app: 'billin', gjob: 'invoice' } }), 'open_failed'],
    ['no-context', value(plain.string, { context: 'none' }), 'open_failed'],
    ['another-key', value(plain.string, { keys: [{ ...k1, key: root.key }] }), 'open_failed'],
    ['unknown-kid', value(plain.string.replace('.k1~', '.k2~')), 'key_not_found'],
    ['unknown-version', value(plain.string.replace('~1.', '~2.')), 'key_not_found'],
    ['another-scope', value(scoped.string, { keys: [tenant], scope: 'tenant:b' }), 'key_not_found'],
    ['suite-relabelled', value(c20.string.replace('.c20.', '.c256.')), 'open_failed'],
    ['suite-not-accepted', value(c20.string, { acceptSuites: [c256] }), 'unsupported_suite'],
    ['suite-unknown', value(plain.string.replace('.c256.', '.c128.')), 'unsupported_suite'],
    ['next-version', value(plain.string.replace('wax1', 'wax2')), 'unsupported_version'],
    ['flipped-salt', binary(flip(plain.bytes, size - 80)), 'open_failed'],
    ['flipped-commitment', binary(flip(plain.bytes, size - 40)), 'open_failed'],
    ['flipped-ciphertext', binary(flip(plain.bytes, size - 17)), 'open_failed'],
    ['flipped-tag', binary(flip(plain.bytes, size - 1)), 'open_failed'],
    ['truncated', binary(plain.bytes.slice(0, -2)), 'open_failed'],
    ['tag-of-4-bytes', binary(plain.bytes.slice(0, 2 * (size - 27))), 'malformed'],
    ['mode-bit-2', binary(replace(plain.bytes, 6, '04')), 'malformed'],
    ['version-not-minimal', binary(plain.bytes.replace('026b3101', '026b318100')), 'malformed'],
    ['magic-alone', binary('c1'), 'malformed'],
    ['base64url-padded', value(`${plain.string}=`), 'malformed'],
    ['base64-plus', value(`${plain.string.slice(0, -4)}+${plain.string.slice(-3)}`), 'malformed'],
    ['plaintext', value('hello'), 'plaintext_rejected'],
    ['bundle-as-value', value(document.$wax as string), 'open_failed'],
    ['inline-as-value', value((await stored(inline!)).card as string), 'open_failed'],
    ['frame-content-4', await raw([4]), 'malformed'],
    ['frame-payload', await raw([3]), 'malformed'],
    ['frame-bit-7', await raw([0x81, 0x61]), 'malformed'],
    ['frame-empty', await raw([]), 'malformed'],
    ['frame-padding', await raw([0x41, 0x61, 0]), 'malformed'],
    ['frame-not-utf8', await raw([1, 0xff]), 'malformed'],
    ['frame-too-deep', value(await sealRaw(jsonFrame('['.repeat(65) + ']'.repeat(65)))), 'too_large'],
    ['frame-inflates-beyond', { ...(await raw([9, 1, ...deflateRawSync('hi')])), compress: 'deflate' }, 'too_large'],
    ['frame-inflates-short', { ...(await raw([9, 3, ...deflateRawSync('hi')])), compress: 'deflate' }, 'malformed'],
    ['frame-trailing', { ...(await raw([9, 2, ...deflateRawSync('hi'), 0])), compress: 'deflate' }, 'malformed'],
    ['document-without-wax', fields(bundle!.document), 'plaintext_rejected'],
    ['document-wax-object', fields({ ...document, $wax: {} }), 'malformed'],
    ['document-value-in-wax', fields({ ...document, $wax: plain.string }), 'open_failed'],
    ['document-field-in-clear', fields(await bundleOf([])), 'field_not_sealed'],
    ['document-member-lost', fields({ $wax: document.$wax }), 'document_changed'],
    ['document-array-end', fields(await bundleOf(['/lines/-', 1])), 'document_changed'],
    ['document-leading-zero', fields(await bundleOf(['/lines/00', 1])), 'document_changed'],
    ['document-proto', fields(await bundleOf(['/__proto__/polluted', 1])), 'document_changed'],
    ['document-descending', fields(await bundleOf(['/user', 1, '/card', 2])), 'malformed'],
    ['document-ancestor', fields(await bundleOf(['/user', 1, '/user/ключ', 2])), 'malformed'],
    ['document-pointer-wax', fields(await bundleOf(['/$wax', 1])), 'malformed'],
    ['document-escape', fields(await bundleOf(['/a~2', 1])), 'malformed'],
    ['groups-swapped', fields({ ...grouped, $wax: { ...wax, pii: wax.pci, pci: wax.pii } }, groups!), 'open_failed'],
    ['groups-mixed', fields({ ...grouped, $wax: { ...wax, pii: other.pii } }, groups!), 'open_failed'],
    ['groups-dropped', fields({ ...grouped, $wax: { $id: wax.$id, pii: wax.pii } }, groups!), 'open_failed'],
    ['inline-moved', fields({ ...(await stored(inline!)), card: (await stored(inline!)).amount }, inline!), 'open_failed'],
    ['stream-truncated', { open: 'stream', keys, context, bytes: stream.slice(0, -2) }, 'open_failed'],
    ['stream-of-a-value', { open: 'stream', keys, context, bytes: plain.bytes }, 'malformed'],
    [
      'wrap-another-context',
      { open: 'wrap', context: 'none', root, wrapContext: { ...wrap.wrapContext, kid: 'other' }, bytes: blob },
      'open_failed',
    ],
    [
      'wrap-suite',
      { open: 'wrap', context: 'none', root, wrapContext: wrap.wrapContext, bytes: blob, acceptSuites: [suites.c20] },
      'unsupported_suite',
    ],
    [
      'wrap-is-a-value',
      { open: 'wrap', context: 'none', root: k1, wrapContext: wrap.wrapContext, bytes: plain.bytes },
      'open_failed',
    ],
    ['value-is-a-wrap', value(toText(unhex(blob)), { keys: [root] }), 'open_failed'],
  ]
  // Groups are tried in the order of the policy, the dropped one last.
  return cases.map(([id, input, error]) => ({ id, input, error }))
}

export const FILES = ['values', 'documents', 'streams', 'wraps', 'derivations', 'indexes', 'refusals'] as const
const place = (file: string) => new URL(`${file}.json`, import.meta.url)

export const readVectors = <I>(file: (typeof FILES)[number]): Vector<I>[] =>
  existsSync(place(file)) ? JSON.parse(readFileSync(place(file), 'utf8')) : []

function append<I>(file: (typeof FILES)[number], fresh: readonly Vector<I>[]): void {
  const held = readVectors<I>(file)
  const known = new Set(held.map(({ id }) => id))
  const all = [...held, ...fresh.filter(({ id }) => !known.has(id))]
  writeFileSync(place(file), `[\n${all.map((vector) => JSON.stringify(vector)).join(',\n')}\n]\n`)
}

const produced = async <I>(inputs: Record<string, I>, produce: (input: I) => Promise<object>): Promise<Vector<I>[]> =>
  Promise.all(
    Object.entries(inputs).map(async ([id, input]) => ({
      id,
      input,
      output: (await produce(input)) as Vector<I>['output'] & object,
    })),
  )

export async function appendVectors(): Promise<void> {
  append('values', await produced(await valueInputs(), values.produce))
  append('documents', await produced(documentInputs(), documents.produce))
  append('streams', await produced(streamInputs(), streams.produce))
  append('wraps', await produced(wrapInputs, wraps.produce))
  append('derivations', await produced(derivationInputs(), derivations.produce))
  append('indexes', await produced(indexInputs(), indexes.produce))
  const list = await refusals()
  for (const { id, input, error } of list) {
    const found = await outcome(() => refused(input))
    if (found !== error) throw new Error(`${id}: ${found} instead of ${error}`)
  }
  append('refusals', list)
}
