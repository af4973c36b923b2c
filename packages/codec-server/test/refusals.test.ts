import { createSealer, generateKey, staticKeys, WaxsealError } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import type { CodecServerOptions } from '../src/index.js'
import { createInspector } from '../src/inspector/inspector.js'
import { ask, type Call, HR, KID, NOW, newTrail, SECRET, sealed, sealedPayload, sealer, serverWith, TOKENS } from './bench.js'

interface Refused extends Call {
  readonly name: string
  readonly status: number
  readonly code?: string
  readonly options?: Partial<CodecServerOptions>
}

const payload = await sealedPayload({ note: SECRET })
const foreigner = createSealer({ keys: staticKeys([{ kid: 'unknown-key', key: generateKey() }]) })
const impostor = createSealer({ keys: staticKeys([{ kid: KID, key: generateKey() }]) })
const destroyed = createSealer({ keys: staticKeys([{ kid: KID, state: 'destroyed' }]) })
const suspended = createSealer({ keys: staticKeys([{ kid: KID, key: generateKey(), state: 'suspended' }]) })
const down = createSealer({
  keys: {
    kind: 'source',
    current: () => Promise.reject(new WaxsealError('provider_unavailable', `the service at ${SECRET} is down`)),
    resolve: () => Promise.reject(new WaxsealError('provider_unavailable', `the service at ${SECRET} is down`)),
  },
})
const hanging = createSealer({
  keys: { kind: 'source', current: () => new Promise(() => {}), resolve: () => new Promise(() => {}) },
})
const broken = createSealer({
  keys: {
    kind: 'source',
    current: () => Promise.reject(new TypeError(`cannot read ${SECRET}`)),
    resolve: () => Promise.reject(new TypeError(`cannot read ${SECRET}`)),
  },
})

const payloads = (...list: unknown[]) => ({ payloads: list })
const tampered = (at: number) => {
  const bytes = Buffer.from(payload.data, 'base64')
  bytes[at < 0 ? bytes.length + at : at]! ^= 1
  return { ...payload, data: bytes.toString('base64') }
}
const jwt = (header: object, claims: object) =>
  `${[header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.c2ln`
const bodyOf = (pieces: Iterable<Uint8Array>, ends = true) => {
  const rest = pieces[Symbol.iterator]()
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const { done, value } = rest.next()
      if (!done) controller.enqueue(value)
      else if (ends) controller.close()
      else return new Promise(() => {})
    },
  })
}
function* endless() {
  for (;;) yield new Uint8Array(65_536).fill(32)
}
const nested = (depth: number, open: string, close: string) => `${open.repeat(depth)}${close.repeat(depth)}`
const stored = await sealed({ note: SECRET })
const unstored = await sealer.seal(SECRET, { context: { app: 'billing', job: '1' } })
const surfaces = { job: { context: { app: 'billing', job: '{job}' } } }
const decode = (...list: unknown[]) => ({ path: '/decode', body: payloads(...list), headers: { 'x-namespace': 'default' } })
const ojs = (data: unknown, metadata?: unknown) => ({ path: '/codec/decode', body: payloads({ data, metadata }) })

const DEEP_NUMBERS: Refused = {
  name: 'deep arrays with numbers that are kept',
  body: `[12345678901234567890,${nested(500_000, '[', ']')}]`,
  status: 413,
  code: 'too_large',
}

const listed = createInspector({ keys: { who: ['ann'], list: async () => [] }, audit: { who: ['ann'], trail: newTrail() } }, [])
const unreadable = createInspector(
  {
    keys: { who: ['ann'], list: () => Promise.reject(new Error(SECRET)) },
    audit: { who: ['ann'], trail: { query: async () => [], checkpoint: () => Promise.reject(new Error(SECRET)) } },
  },
  [],
)
const inspecting = (path: string, more: Omit<Refused, 'path' | 'name' | 'status'> = {}) => ({
  path: `/inspector/${path}`,
  body: {},
  options: { inspector: listed },
  ...more,
})

const CASES: Refused[] = [
  // HTTP
  { name: 'no path', path: '/', body: {}, status: 404, code: 'not_found' },
  { name: 'an unknown path', path: '/nope', body: {}, status: 404, code: 'not_found' },
  { name: 'a path of a member of objects', path: '/constructor', body: {}, status: 404, code: 'not_found' },
  { name: 'a path of a member of objects, of OJS', path: '/codec/__proto__', body: {}, status: 404, code: 'not_found' },
  { name: 'another letter case', path: '/DECODE', body: {}, status: 404, code: 'not_found' },
  { name: 'an operation that is not the last segment', path: '/decode/more', body: {}, status: 404, code: 'not_found' },
  { name: '/download without external storage', path: '/download', body: {}, status: 404, code: 'not_found' },
  { name: 'the keys of the Go dialect, without it', path: '/codec/keys', method: 'GET', status: 404, code: 'not_found' },
  ...['GET', 'PUT', 'DELETE', 'PATCH'].map((method) => ({
    name: method,
    path: '/decode',
    method,
    body: {},
    status: 405,
    code: 'method_not_allowed',
  })),
  { name: 'HEAD', path: '/decode', method: 'HEAD', status: 405 },
  ...['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '', 'application/jsonp'].map(
    (type) => ({
      name: `the type ${type}`,
      body: '{}',
      headers: { 'content-type': type },
      status: 415,
      code: 'unsupported_type',
    }),
  ),
  ...['gzip', 'br', 'gzip, identity'].map((encoding) => ({
    name: `the encoding ${encoding}`,
    body: '{}',
    headers: { 'content-encoding': encoding },
    status: 415,
    code: 'unsupported_type',
  })),
  {
    name: 'a page of another origin',
    body: {},
    headers: { origin: 'https://evil.example' },
    status: 403,
    code: 'origin_not_allowed',
  },
  { name: 'a page without an origin', body: {}, headers: { origin: 'null' }, status: 403, code: 'origin_not_allowed' },
  {
    name: 'a page of another port',
    body: {},
    headers: { origin: 'http://localhost:8234' },
    status: 403,
    code: 'origin_not_allowed',
  },
  {
    name: 'a page of a longer name',
    body: {},
    headers: { origin: 'http://localhost:8233.evil' },
    status: 403,
    code: 'origin_not_allowed',
  },
  // Who
  { name: 'nobody', token: null, body: {}, status: 401, code: 'unauthenticated' },
  { name: 'an unknown token', token: 'guessed', body: {}, status: 401, code: 'unauthenticated' },
  { name: 'an expired token', token: 'old-token-of-the-tests', body: {}, status: 401, code: 'unauthenticated' },
  { name: 'a hash in place of the token', token: '0'.repeat(64), body: {}, status: 401, code: 'unauthenticated' },
  {
    name: 'a JWT where none are taken',
    token: jwt({ alg: 'none' }, { sub: 'ann' }),
    body: {},
    status: 401,
    code: 'unauthenticated',
  },
  {
    name: 'Basic',
    headers: { authorization: `Basic ${btoa(`ann:${TOKENS.ann}`)}` },
    body: {},
    status: 401,
    code: 'unauthenticated',
  },
  { name: 'two tokens', headers: { authorization: `Bearer ${TOKENS.ann} x` }, body: {}, status: 401, code: 'unauthenticated' },
  { name: 'a stranger with a bad body', token: 'guessed', body: '{', status: 401, code: 'unauthenticated' },
  // Bodies
  { name: 'no body', status: 400, code: 'malformed' },
  { name: 'an empty body', body: '', status: 400, code: 'malformed' },
  { name: 'half of a body', body: `{"document":"${SECRET}`, status: 400, code: 'malformed' },
  { name: 'no JSON', body: SECRET, status: 400, code: 'malformed' },
  { name: 'NaN', body: '{"document":NaN}', status: 400, code: 'malformed' },
  { name: 'no UTF-8', body: Uint8Array.of(0x22, 0xff, 0xfe, 0x22), status: 400, code: 'malformed' },
  { name: 'UTF-16', body: new Uint8Array(Buffer.from('\ufeff{}', 'utf16le')), status: 400, code: 'malformed' },
  { name: 'a body that is cut short', body: Uint8Array.of(0x22, 0xc3), status: 400, code: 'malformed' },
  { name: 'an array', body: [], status: 400, code: 'malformed' },
  { name: 'null', body: 'null', status: 400, code: 'malformed' },
  {
    name: 'a number that is kept as it was written',
    path: '/decode',
    body: '6.105410109942036e+16',
    status: 400,
    code: 'malformed',
  },
  {
    name: 'a context that is such a number',
    body: '{"document":1,"context":6.105410109942036e+16}',
    status: 400,
    code: 'malformed',
  },
  { name: 'no document', body: {}, status: 400, code: 'malformed' },
  { name: 'a document from the prototype', body: '{"__proto__":{"document":1}}', status: 400, code: 'malformed' },
  { name: 'a long body', body: ' '.repeat(2001), options: { limits: { maxBodyBytes: 2000 } }, status: 413, code: 'too_large' },
  {
    name: 'a long body that promises to be short',
    body: bodyOf([new Uint8Array(2001)]),
    headers: { 'content-length': '2' },
    options: { limits: { maxBodyBytes: 2000 } },
    status: 413,
    code: 'too_large',
  },
  {
    name: 'a body that promises to be long',
    body: '{}',
    headers: { 'content-length': '99999999' },
    status: 413,
    code: 'too_large',
  },
  { name: 'an endless body', body: bodyOf(endless()), status: 413, code: 'too_large' },
  {
    name: 'a body that stops coming',
    body: bodyOf([Uint8Array.of(0x7b)], false),
    options: { limits: { bodyTimeoutMs: 20 } },
    status: 408,
    code: 'timeout',
  },
  { name: 'deep arrays', body: nested(5000, '[', ']'), status: 413, code: 'too_large' },
  { name: 'very deep arrays', body: nested(500_000, '[', ']'), status: 413, code: 'too_large' },
  // Node 20 refuses the number first.
  ...('rawJSON' in JSON ? [DEEP_NUMBERS] : []),
  {
    name: 'deep objects in a document',
    body: `{"document":${'{"a":'.repeat(70)}1${'}'.repeat(70)}}`,
    status: 413,
    code: 'too_large',
  },
  {
    name: 'deep members of a payload that passes',
    path: '/decode',
    body: `{"payloads":[{"x":${nested(200, '[', ']')}}]}`,
    status: 413,
    code: 'too_large',
  },
  {
    name: 'too many payloads',
    path: '/decode',
    body: payloads({}, {}, {}),
    options: { limits: { maxPayloads: 2 } },
    status: 413,
    code: 'too_large',
  },
  {
    name: 'too many envelopes',
    body: { document: [stored, stored, stored] },
    options: { limits: { maxPayloads: 2 } },
    status: 413,
    code: 'too_large',
  },
  // Headers and claims
  {
    name: 'a long namespace',
    body: { document: 1 },
    headers: { 'x-namespace': 'n'.repeat(256) },
    status: 400,
    code: 'malformed',
  },
  {
    name: 'a long reason',
    body: { document: 1 },
    headers: { 'x-waxseal-reason': 'n'.repeat(256) },
    status: 400,
    code: 'malformed',
  },
  {
    name: 'a tab in the purpose',
    body: { document: 1 },
    headers: { 'x-waxseal-purpose': 'a\tb' },
    status: 400,
    code: 'malformed',
  },
  { name: 'no reason', body: { document: 1 }, options: { reason: 'required' }, status: 400, code: 'reason_required' },
  {
    name: 'two namespaces',
    path: '/people/decode',
    body: payloads(),
    headers: { 'x-namespace': 'default' },
    options: { temporal: { namespaceInPath: true } },
    status: 400,
    code: 'malformed',
  },
  {
    name: 'a path of bad escapes',
    path: '/%ff/decode',
    body: payloads(),
    options: { temporal: { namespaceInPath: true } },
    status: 400,
    code: 'malformed',
  },
  { name: 'a context of numbers', body: { document: 1, context: { a: 1 } }, status: 400, code: 'malformed' },
  { name: 'a context that is a list', body: { document: 1, context: [] }, status: 400, code: 'malformed' },
  { name: 'a context of the specification', body: { document: 1, context: { $group: 'x' } }, status: 400, code: 'malformed' },
  {
    name: 'a context that asks for any',
    body: { document: unstored, context: { stored: 'any' } },
    status: 400,
    code: 'malformed',
  },
  {
    name: 'a context of too many pairs',
    body: { document: 1, context: Object.fromEntries(Array.from({ length: 33 }, (_, at) => [`${at}`, ''])) },
    status: 400,
    code: 'malformed',
  },
  { name: 'a context of lone surrogates', body: '{"document":1,"context":{"a":"\\ud800"}}', status: 400, code: 'malformed' },
  { name: 'a scope that is no text', body: { document: 1, scope: {} }, status: 400, code: 'malformed' },
  {
    name: 'an unknown surface',
    ...decode(await sealedPayload(1)),
    body: {
      ...payloads({ ...payload, data: Buffer.from(await sealer.seal(1, { context: HR, as: 'bytes' })).toString('base64') }),
      surface: { name: 'toString' },
    },
    options: { surfaces },
    status: 400,
    code: 'malformed',
  },
  {
    name: 'a surface without its value',
    path: '/decode',
    body: {
      ...payloads({ ...payload, data: Buffer.from(await sealer.seal(1, { context: HR, as: 'bytes' })).toString('base64') }),
      surface: { name: 'job', values: {} },
    },
    options: { surfaces },
    status: 400,
    code: 'malformed',
  },
  {
    name: 'no context anywhere',
    path: '/decode',
    body: payloads({ ...payload, data: Buffer.from(await sealer.seal(1, { context: HR, as: 'bytes' })).toString('base64') }),
    status: 400,
    code: 'context_required',
  },
  { name: 'fields that are no list', body: { document: {}, fields: '/a' }, status: 400, code: 'malformed' },
  { name: 'fields that are no pointers', body: { document: {}, fields: ['a'] }, status: 400, code: 'malformed' },
  {
    name: 'too many fields',
    body: { document: {}, fields: Array.from({ length: 101 }, (_, at) => `/${at}`) },
    status: 400,
    code: 'malformed',
  },
  {
    name: 'ids of elements that are no texts',
    body: { document: {}, fields: ['/a/*/b'], elementIds: { '/a': 1 } },
    status: 400,
    code: 'malformed',
  },
  // Payloads of Temporal
  { name: 'payloads that are no list', path: '/decode', body: { payloads: {} }, status: 400, code: 'malformed' },
  { name: 'payloads that are null among others', ...decode({}, null), status: 400, code: 'malformed' },
  { name: 'metadata that is a text', ...decode({ metadata: 'x' }), status: 400, code: 'malformed' },
  { name: 'data that is a number', ...decode({ data: 1 }), status: 400, code: 'malformed' },
  { name: 'data that is no base64', ...decode({ data: '!' }), status: 400, code: 'malformed' },
  { name: 'a size that is rounded', ...decode({ external_payloads: [{ size_bytes: 1e300 }] }), status: 400, code: 'malformed' },
  { name: 'a sealed payload of nothing', ...decode({ ...payload, data: '' }), status: 400, code: 'malformed' },
  // What does not open
  { name: 'a tampered body', ...decode(tampered(-1)), status: 400, code: 'open_failed' },
  { name: 'a tampered body beside a good one', ...decode(payload, tampered(-20)), status: 400, code: 'open_failed' },
  { name: 'half of an envelope', ...decode({ ...payload, data: payload.data.slice(0, 80) }), status: 400, code: 'malformed' },
  {
    name: 'a key of the same name',
    ...decode(await sealedPayload(SECRET, undefined, impostor)),
    status: 400,
    code: 'open_failed',
  },
  { name: 'an unknown key', ...decode(await sealedPayload(SECRET, undefined, foreigner)), status: 400, code: 'open_failed' },
  { name: 'a destroyed key', ...decode(payload), options: { sealer: destroyed }, status: 400, code: 'open_failed' },
  { name: 'a suspended key', ...decode(payload), options: { sealer: suspended }, status: 400, code: 'open_failed' },
  { name: 'a key service that is down', ...decode(payload), options: { sealer: down }, status: 503, code: 'unavailable' },
  {
    name: 'a key service that hangs',
    ...decode(payload),
    options: { sealer: hanging, limits: { callTimeoutMs: 20 } },
    status: 503,
    code: 'unavailable',
  },
  { name: 'a key service that breaks', ...decode(payload), options: { sealer: broken }, status: 500, code: 'internal' },
  {
    name: 'a trail that fails',
    ...decode(payload),
    options: { trail: { append: () => Promise.reject(new Error(SECRET)) } },
    status: 503,
    code: 'unavailable',
  },
  {
    name: 'a trail that throws',
    ...decode(payload),
    options: {
      trail: {
        append: () => {
          throw new Error(SECRET)
        },
      },
    },
    status: 503,
    code: 'unavailable',
  },
  {
    name: 'a trail that hangs',
    ...decode(payload),
    options: { trail: { append: () => new Promise(() => {}) }, limits: { callTimeoutMs: 20 } },
    status: 503,
    code: 'unavailable',
  },
  {
    name: 'a refusal that the trail does not take',
    ...decode(tampered(-1)),
    options: { trail: { append: () => Promise.reject(new Error(SECRET)) } },
    status: 503,
    code: 'unavailable',
  },
  // Answers in part
  {
    name: 'in part, a payload that is none',
    ...decode(payload, { metadata: 'x' }),
    options: { temporal: { partial: true } },
    status: 400,
    code: 'malformed',
  },
  {
    name: 'in part, nothing that opens',
    ...decode(tampered(-1), tampered(-20)),
    options: { temporal: { partial: true } },
    status: 400,
    code: 'open_failed',
  },
  {
    name: 'in part, nothing that this caller may open',
    ...decode(payload),
    token: TOKENS.eve,
    options: { temporal: { partial: true } },
    status: 403,
    code: 'access_denied',
  },
  {
    name: 'in part, while the keys are down',
    ...decode(payload, {}),
    options: { sealer: down, temporal: { partial: true } },
    status: 503,
    code: 'unavailable',
  },
  {
    name: 'in part, a key service that breaks',
    ...decode(payload, {}),
    options: { sealer: broken, temporal: { partial: true } },
    status: 500,
    code: 'internal',
  },
  {
    name: 'the keys of the Go dialect, where there is no OJS',
    path: '/codec/keys',
    method: 'GET',
    options: { ojs: false },
    status: 404,
    code: 'not_found',
  },
  // What may not be opened
  { name: 'a caller whom no rule names', ...decode(payload), token: TOKENS.eve, status: 403, code: 'access_denied' },
  {
    name: 'another namespace',
    ...decode(await sealedPayload(SECRET, HR)),
    headers: { 'x-namespace': 'people' },
    status: 403,
    code: 'access_denied',
  },
  {
    name: 'another namespace than the request says',
    ...decode(await sealedPayload(SECRET, HR)),
    status: 403,
    code: 'access_denied',
  },
  {
    name: 'an envelope of no namespace, where the request says one',
    ...decode(await sealedPayload(SECRET, { app: 'hr' })),
    status: 403,
    code: 'access_denied',
  },
  {
    name: 'a tampered body that may not be opened either',
    ...decode(tampered(-1)),
    token: TOKENS.eve,
    status: 403,
    code: 'access_denied',
  },
  {
    name: 'an unknown key of what may not be opened',
    ...decode(await sealedPayload(SECRET, undefined, foreigner)),
    token: TOKENS.eve,
    status: 403,
    code: 'access_denied',
  },
  // Sealing
  {
    name: 'sealing without an app',
    path: '/encode',
    body: payloads({}),
    options: { temporal: {} },
    status: 403,
    code: 'sealing_disabled',
  },
  { name: 'sealing in no namespace', path: '/encode', body: payloads({}), status: 400, code: 'context_required' },
  {
    name: 'sealing in another namespace',
    path: '/encode',
    body: payloads({}),
    headers: { 'x-namespace': 'people' },
    status: 403,
    code: 'access_denied',
  },
  {
    name: 'sealing by who may only look',
    path: '/encode',
    body: payloads({}),
    token: TOKENS.bob,
    headers: { 'x-namespace': 'default' },
    status: 403,
    code: 'access_denied',
  },
  {
    name: 'sealing while the keys are down',
    path: '/encode',
    body: payloads({}),
    headers: { 'x-namespace': 'default' },
    options: { sealer: down },
    status: 503,
    code: 'unavailable',
  },
  // The inspector
  { name: 'the calls of the inspector, without it', path: '/inspector/keys', body: {}, status: 404, code: 'not_found' },
  { name: 'a call that the inspector has not', ...inspecting('toString'), status: 404, code: 'not_found' },
  { name: 'what the inspector calls, beside it', ...inspecting('x/keys'), status: 404, code: 'not_found' },
  ...(['whoami', 'samples'] as const).map((path) => ({
    name: `${path} by POST`,
    ...inspecting(path),
    status: 405,
    code: 'method_not_allowed',
  })),
  ...(['keys', 'audit', 'open', 'inspect'] as const).map((path) => ({
    name: `${path} of the inspector by GET`,
    ...inspecting(path, { method: 'GET' }),
    status: 405,
    code: 'method_not_allowed',
  })),
  { name: 'the page by POST of JSON', ...inspecting(''), path: '/inspector/none', status: 404, code: 'not_found' },
  ...(['whoami', 'samples'] as const).map((path) => ({
    name: `${path} by nobody`,
    ...inspecting(path, { method: 'GET', token: null }),
    status: 401,
    code: 'unauthenticated',
  })),
  ...(['keys', 'audit'] as const).flatMap((path) => [
    { name: `${path} by nobody`, ...inspecting(path, { token: null }), status: 401, code: 'unauthenticated' },
    { name: `${path} with an unknown token`, ...inspecting(path, { token: 'guessed' }), status: 401, code: 'unauthenticated' },
    { name: `${path} by whom no list names`, ...inspecting(path, { token: TOKENS.bob }), status: 403, code: 'access_denied' },
    {
      name: `${path} where there is no such page`,
      ...inspecting(path, { options: { inspector: createInspector({}, []) } }),
      status: 403,
      code: 'access_denied',
    },
    {
      name: `${path} from a page of elsewhere`,
      ...inspecting(path, { headers: { origin: 'https://evil.example' } }),
      status: 403,
      code: 'origin_not_allowed',
    },
    { name: `${path} with a list for a body`, ...inspecting(path, { body: [] }), status: 400, code: 'malformed' },
    {
      name: `${path} without the reason that is required`,
      ...inspecting(path, { options: { inspector: listed, reason: 'required' } }),
      status: 400,
      code: 'reason_required',
    },
  ]),
  {
    name: 'whoami as an image of another page',
    ...inspecting('whoami', { method: 'GET', headers: { 'sec-fetch-site': 'cross-site' } }),
    status: 403,
    code: 'origin_not_allowed',
  },
  { name: 'keys after a number', ...inspecting('keys', { body: { after: 1 } }), status: 400, code: 'malformed' },
  { name: 'records before a text', ...inspecting('audit', { body: { before: 'x' } }), status: 400, code: 'malformed' },
  { name: 'a verification of an object', ...inspecting('audit', { body: { verify: {} } }), status: 400, code: 'malformed' },
  { name: 'records of a number that is a text', ...inspecting('audit', { body: { to: '' } }), status: 400, code: 'malformed' },
  { name: 'records of an object', ...inspecting('audit', { body: { actor: {} } }), status: 400, code: 'malformed' },
  {
    name: 'records of a long name',
    ...inspecting('audit', { body: { actor: 'a'.repeat(256) } }),
    status: 400,
    code: 'malformed',
  },
  { name: 'records of a time that is none', ...inspecting('audit', { body: { from: 1.5 } }), status: 400, code: 'malformed' },
  {
    name: 'keys that cannot be listed',
    ...inspecting('keys', { options: { inspector: unreadable } }),
    status: 500,
    code: 'internal',
  },
  {
    name: 'a trail that cannot be read',
    ...inspecting('audit', { options: { inspector: unreadable } }),
    status: 503,
    code: 'unavailable',
  },
  {
    name: 'a trail that cannot be verified',
    ...inspecting('audit', { body: { verify: true }, options: { inspector: unreadable } }),
    status: 400,
    code: 'malformed',
  },
  { name: 'to show more than one may see', body: { document: stored, show: 'clear' }, status: 400, code: 'malformed' },
  // Open Job Spec
  { name: 'data of OJS that is a number', ...ojs(1), status: 400, code: 'malformed' },
  { name: 'metadata of OJS that is a list', ...ojs('', []), status: 400, code: 'malformed' },
  {
    name: 'encrypted data of OJS, whose keys are not here',
    ...ojs('AQ==', { encoding: 'binary/encrypted', encryption_key_id: KID }),
    status: 403,
    code: 'access_denied',
  },
  {
    name: 'encoding of OJS without keys',
    path: '/codec/encode',
    body: payloads({ data: 'MQ==' }),
    status: 403,
    code: 'sealing_disabled',
  },
]

describe('a codec server refuses', () => {
  it('at least 60 things', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(60)
    expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length)
  })

  it.each(CASES)('$name with $status $code', async ({ status, code, options, ...call }) => {
    const response = await ask(serverWith({ now: () => NOW, ...options }), call)
    const answer = await response.text()
    expect([response.status, answer && JSON.parse(answer).error.code]).toEqual([status, code ?? ''])
    expect(answer && Object.keys(JSON.parse(answer)).join()).toBe(answer && 'error')
    expect(answer).not.toMatch(/\n|\bat .*:\d|node:|\.ts|\.js/)
    for (const hidden of [SECRET, KID, 'unknown-key', ...Object.values(TOKENS)]) expect(answer).not.toContain(hidden)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('every payload that does not open with one answer', async () => {
    const bodies = [tampered(-1), await sealedPayload(1, undefined, impostor), await sealedPayload(1, undefined, foreigner)]
    const answers = bodies.map(async (each) => (await ask(serverWith(), decode(each))).text())
    expect(new Set(await Promise.all(answers)).size).toBe(1)
  })
})
