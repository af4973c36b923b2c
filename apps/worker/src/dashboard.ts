import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { createAuditTrail } from '@waxseal/audit'
import { memorySink } from '@waxseal/audit/testing'
import { createCodecServer, type PolicyRule, tokenAuthentication } from '@waxseal/codec-server'
import { inspector, type KeyListing, sourceListing } from '@waxseal/codec-server/inspector'
import { createDetector } from '@waxseal/pii'
import type { HeldDemo } from './demo.js'

/** A codec server with an inspector on the keys of a demo, for this machine alone. */
export interface Dashboard {
  readonly url: string
  /** Made for this run, and gone with it. */
  readonly tokens: { readonly support: string; readonly fraud: string }
  close(): Promise<void>
}

const HOST = '127.0.0.1'
const newToken = (): string => randomBytes(24).toString('base64url')
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** `port`: 0 for any that is free. */
export async function startDashboard(demo: HeldDemo, port: number): Promise<Dashboard> {
  const { sealer, app } = demo
  const trail = createAuditTrail({ sink: memorySink(), keys: { id: 'demo', key: randomBytes(32) } })
  const tokens = { support: newToken(), fraud: newToken() }
  const policy: PolicyRule[] = [
    { who: ['group:fraud'], give: 'clear', where: { context: { app } } },
    { who: ['group:support'], give: 'masked', where: { context: { app } } },
  ]
  const server = createCodecServer({
    sealer,
    policy,
    trail,
    auth: tokenAuthentication(Object.entries(tokens).map(([id, token]) => ({ id, sha256: sha256(token), groups: [id] }))),
    detector: createDetector(),
    inspector: inspector({
      keys: { who: ['group:fraud'], list: keysOf(demo) },
      audit: { who: ['group:fraud'], trail },
      samples: async () => (await demo.jobs()).map(({ type, row }) => ({ name: type, document: row })),
    }),
  })
  const listening = serve({
    fetch: (request, { incoming }) => server.fetch(request, { remoteAddress: incoming.socket?.remoteAddress }),
    hostname: HOST,
    port,
  })
  if (!listening.listening) await once(listening, 'listening')
  return {
    url: `http://${HOST}:${(listening.address() as AddressInfo).port}/inspector`,
    tokens,
    async close() {
      const closed = once(listening, 'close')
      listening.close()
      if ('closeAllConnections' in listening) listening.closeAllConnections()
      await closed
    },
  }
}

/** What the run knows of a key that it made itself, beside what any source knows. */
function keysOf({ keys, madeAt, uses }: HeldDemo) {
  const list = sourceListing(keys)
  return async (page: { readonly after: string; readonly limit: number }): Promise<readonly KeyListing[]> => {
    const listed = await list(page)
    if (!madeAt) return listed
    return listed.map((key) => ({
      ...key,
      versions: key.versions.map((version) => ({ ...version, activatedAt: madeAt, uses: uses() })),
    }))
  }
}
