import {
  BILLING,
  requestOf,
  SECRET,
  sealed,
  sealedPayload,
  serverWith,
  TOKENS,
} from '../../../packages/codec-server/test/bench.ts'
import { expect, type Target } from '../target.ts'

/** One HTTP call, so that all of it is mutated: path, method, headers, body. */
interface Call {
  readonly path?: unknown
  readonly method?: unknown
  readonly token?: unknown
  readonly headers?: unknown
  readonly body?: unknown
}

const server = serverWith({
  // Forgets: what a trail in memory keeps of a million calls is no finding.
  trail: { append: async () => ({ sequence: 0 }) } as never,
  limits: { callsPerMinute: 1e9, burst: 1e9, maxBodyBytes: 1 << 20, bodyTimeoutMs: 2000 },
})

const STATUS = new Set([200, 204, 400, 401, 403, 404, 405, 408, 413, 415, 429, 503])
const value = { card: '4111 1111 1111 1111', note: SECRET }
const envelope = await sealed(value)
const payload = await sealedPayload(value)
const inDefault = { 'x-namespace': 'default', origin: 'http://localhost:8233' }
const calls: Record<string, readonly Call[]> = {
  'Temporal, decode': [{ path: '/decode', token: TOKENS.ann, headers: inDefault, body: { payloads: [payload] } }],
  'Temporal, encode': [
    { path: '/encode', token: TOKENS.ann, headers: inDefault, body: { payloads: [{ metadata: {}, data: 'e30=' }] } },
  ],
  'Open Job Spec': [
    { path: '/codec/decode', token: TOKENS.ann, body: { payloads: [{ data: envelope, metadata: {} }] } },
    { path: '/codec/encode', token: TOKENS.ann, body: { payloads: [{ data: 'eA==' }] } },
  ],
  document: [
    { path: '/open', token: TOKENS.ann, body: { document: { id: 1, list: [envelope], job: { data: payload } } } },
    {
      path: '/open',
      token: TOKENS.bob,
      headers: { 'x-waxseal-reason': 'case 7' },
      body: { document: envelope, context: BILLING },
    },
    { path: '/inspect', token: TOKENS.eve, body: { document: { a: { b: envelope } } } },
  ],
  'other paths': [
    { path: '/health', method: 'GET' },
    { path: '/openapi.json', method: 'GET' },
    { path: '/decode', method: 'OPTIONS', headers: { ...inDefault, 'access-control-request-method': 'POST' } },
  ],
}

const requestOfCall = (input: Call): Request | undefined => {
  try {
    return requestOf({ ...input, path: String(input.path ?? '/open') } as never)
  } catch {
    return undefined
  }
}

/** Who may read it at all; a bearer token that was mutated is nobody's. */
const mayRead = (request: Request): boolean =>
  [TOKENS.ann, TOKENS.bob].some((token) => request.headers.get('authorization') === `Bearer ${token}`)

export const targets: readonly Target[] = Object.entries(calls).map(
  ([name, samples]): Target => ({
    name: `HTTP, ${name}`,
    samples,
    run: async (input: Call) => {
      const request = requestOfCall(input ?? {})
      if (!request) return 'no request'
      const asked = JSON.stringify(input)
      const response = await server.fetch(request)
      const answer = await response.text()
      expect(STATUS.has(response.status), `the answer is one of those that are documented, not ${response.status}: ${answer}`)
      const { code, error } = answer === '' ? {} : (JSON.parse(answer) as Record<string, { code?: string } | undefined>)
      if (!mayRead(request) && !asked.includes(SECRET)) expect(!answer.includes(SECRET), 'nobody reads what he may not')
      return `${response.status} ${JSON.stringify(error ?? code ?? '')}`
    },
  }),
)
