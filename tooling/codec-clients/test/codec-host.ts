import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { createAuditTrail } from '@waxseal/audit'
import { memorySink } from '@waxseal/audit/testing'
import { type CodecServerOptions, createCodecServer, type PolicyRule, tokenAuthentication } from '@waxseal/codec-server'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { createDetector } from '@waxseal/pii'

const newSealer = () => createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
export const sealer = newSealer()
/** Its key has the same name. */
export const otherSealer = newSealer()

/** The tokens of a caller who sees all and may seal, of one who sees masks, and of one whom no rule names. */
export const TOKENS = { ann: secret(), bob: secret(), eve: secret() }
function secret(): string {
  return randomBytes(32).toString('base64url')
}
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

export const tokens = tokenAuthentication([
  { id: 'ann', sha256: sha256(TOKENS.ann), groups: ['fraud'] },
  { id: 'bob', sha256: sha256(TOKENS.bob), groups: ['support'] },
  { id: 'eve', sha256: sha256(TOKENS.eve) },
])

export const policy: readonly PolicyRule[] = [
  { who: ['group:fraud'], give: 'clear', seal: true, where: { context: { app: 'shop' } } },
  { who: ['group:support'], give: 'masked', where: { context: { app: 'shop' } } },
]

/** What a request was, as far as a test has to know it. */
export interface Heard {
  readonly method: string
  readonly path: string
  readonly headers: Headers
  readonly status: number
}

export interface CodecHost {
  /** `http://127.0.0.1:34743`, or `https://localhost:34743` with `tls`. */
  readonly url: string
  readonly port: number
  readonly heard: readonly Heard[]
  /** What has been recorded, oldest first. */
  records(): Promise<{ actor: string; operation: string; outcome: string }[]>
  /** From now on this is what answers. */
  use(options: Partial<CodecServerOptions>): void
  close(): Promise<void>
}

/** A codec server over HTTP, or over TLS with this key and certificate. */
export async function codecHost(
  options: Partial<CodecServerOptions> = {},
  tls?: { readonly key: string; readonly cert: string },
): Promise<CodecHost> {
  const trail = createAuditTrail({ sink: memorySink(), keys: { id: 'a1', key: randomBytes(32) } })
  const made = (given: Partial<CodecServerOptions>) =>
    createCodecServer({ sealer, auth: tokens, policy, trail, detector: createDetector(), temporal: { app: 'shop' }, ...given })
  let server = made(options)
  const heard: Heard[] = []
  const listening = serve({
    fetch: async (request, { incoming }) => {
      const response = await server.fetch(request, { remoteAddress: incoming.socket?.remoteAddress })
      const { method, headers, url } = request
      heard.push({ method, headers, path: new URL(url).pathname + new URL(url).search, status: response.status })
      return response
    },
    hostname: '127.0.0.1',
    port: 0,
    ...(tls && { createServer: createTlsServer, serverOptions: tls }),
  })
  if (!listening.listening) await once(listening, 'listening')
  const { port } = listening.address() as AddressInfo
  return {
    url: tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    port,
    heard,
    records: async () => (await trail.query()).toSorted((a, b) => a.seq - b.seq),
    use(given) {
      server = made(given)
      heard.length = 0
    },
    async close() {
      listening.close()
      if ('closeAllConnections' in listening) listening.closeAllConnections()
    },
  }
}
