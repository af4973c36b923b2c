import { createHash } from 'node:crypto'
import { createAuditTrail } from '@waxseal/audit'
import { memorySink } from '@waxseal/audit/testing'
import { createSealer, generateKey, type Payload, sealingCodec, staticKeys } from '@waxseal/core'
import { createDetector } from '@waxseal/pii'
import { type CodecServerOptions, createCodecServer, type PolicyRule, tokenAuthentication } from '../src/index.js'

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
export const base64 = (data: string | Uint8Array) => Buffer.from(data as string).toString('base64')
export const text = (data: unknown) => Buffer.from(data as string, 'base64').toString()

export const NOW = Date.UTC(2026, 5, 1)
export const KID = 'key-of-the-tests'
export const sealer = createSealer({ keys: staticKeys([{ kid: KID, key: generateKey() }]) })

/** What may be said to nobody who may not see it. */
export const SECRET = 'zanzibar-canary'
export const CARD = '4111 1111 1111 1111'
export const BILLING = { app: 'billing', namespace: 'default' }
export const HR = { app: 'hr', namespace: 'people' }

export const TOKENS = { ann: 'ann-token-of-the-tests', bob: 'bob-token-of-the-tests', eve: 'eve-token-of-the-tests' }
export const auth = tokenAuthentication(
  [
    { id: 'ann', sha256: sha256(TOKENS.ann), groups: ['fraud'] },
    { id: 'bob', sha256: sha256(TOKENS.bob), groups: ['support'] },
    { id: 'eve', sha256: sha256(TOKENS.eve) },
    { id: 'old', sha256: sha256('old-token-of-the-tests'), groups: ['fraud'], expires: new Date(NOW - 1) },
  ],
  { now: () => NOW },
)
export const policy: PolicyRule[] = [
  { who: ['group:fraud'], give: 'clear', seal: true, where: { namespace: 'default' } },
  { who: ['group:support'], give: 'masked', where: { context: { app: 'billing' } } },
]

export const newTrail = () =>
  createAuditTrail({ sink: memorySink(), keys: { id: 'a1', key: crypto.getRandomValues(new Uint8Array(32)) } })

export const serverWith = (options: Partial<CodecServerOptions> = {}) =>
  createCodecServer({
    sealer,
    auth,
    policy,
    trail: newTrail(),
    detector: createDetector(),
    temporal: { app: 'billing' },
    cors: { origins: ['http://localhost:8233'] },
    ...options,
  })

export interface Call {
  readonly path?: string
  readonly method?: string
  /** Default ann's. */
  readonly token?: string | null
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

export function requestOf({ path = '/open', method = 'POST', token = TOKENS.ann, body, headers = {} }: Call): Request {
  const hasBody = method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS' && body !== undefined
  const raw = typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream
  return new Request(`http://codec.test${path}`, {
    method,
    ...(hasBody && { body: (raw ? body : JSON.stringify(body)) as BodyInit, duplex: 'half' }),
    headers: { 'content-type': 'application/json', ...(token !== null && { authorization: `Bearer ${token}` }), ...headers },
  } as RequestInit)
}

type Server = ReturnType<typeof serverWith>

export const ask = (server: Server, call: Call): Promise<Response> => server.fetch(requestOf(call))

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into member by member.
export async function answerOf(server: Server, call: Call): Promise<any> {
  const response = await ask(server, call)
  const answer = await response.json()
  if (response.status !== 200) throw new Error(`${response.status} ${JSON.stringify(answer)}`)
  return answer
}

export const jsonPayload = (value: unknown): Payload => ({
  metadata: { encoding: Buffer.from('json/plain') },
  data: Buffer.from(JSON.stringify(value)),
})

export const wire = ({ metadata, data }: Payload) => ({
  metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, bytes]) => [name, base64(bytes)])),
  data: base64(data ?? new Uint8Array()),
})

/** A payload of Temporal as its adapter seals it. */
export async function sealedPayload(value: unknown, context: Record<string, string> = BILLING, by = sealer) {
  const [sealed] = await sealingCodec(by, { context, storeContext: true }).encode([jsonPayload(value)])
  return wire(sealed!)
}

export const sealed = (value: unknown, context: Record<string, string> = BILLING, by = sealer) =>
  by.seal(value, { context, storeContext: true })
