import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { createAuditTrail } from '@waxseal/audit'
import { memorySink } from '@waxseal/audit/testing'
import { createCodecServer, type PolicyRule, tokenAuthentication } from '@waxseal/codec-server'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { createDetector } from '@waxseal/pii'

const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const trail = createAuditTrail({ sink: memorySink(), keys: { id: 'a1', key: randomBytes(32) } })
const [annsToken, bobsToken] = [randomBytes(32).toString('base64url'), randomBytes(32).toString('base64url')]
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const annsHash = sha256(annsToken)
const bobsHash = sha256(bobsToken)

// #region server
const policy: PolicyRule[] = [
  { who: ['group:fraud'], give: 'clear', where: { context: { app: 'billing' } } },
  { who: ['group:support'], give: 'masked', where: { context: { app: 'billing' } } },
]

const server = createCodecServer({
  sealer,
  auth: tokenAuthentication([
    { id: 'ann', sha256: annsHash, groups: ['fraud'] },
    { id: 'bob', sha256: bobsHash, groups: ['support'] },
  ]),
  policy,
  trail,
  detector: createDetector(),
  temporal: { app: 'billing' },
  cors: { origins: ['https://temporal.example.com'] },
})
// #endregion

// #region node
const listening = serve({
  fetch: (request, { incoming }) => server.fetch(request, { remoteAddress: incoming.socket?.remoteAddress }),
  hostname: '127.0.0.1',
  port: 0,
})
// #endregion
if (!listening.listening) await once(listening, 'listening')
const { port } = listening.address() as AddressInfo

// #region open
const job = await sealer.seal(
  { card: '4111 1111 1111 1111', amount: 30 },
  { context: { app: 'billing', job: 'invoice' }, storeContext: true },
)

const shown = async (token: string) => {
  const response = await fetch(`http://127.0.0.1:${port}/open`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'x-waxseal-reason': 'case 7' },
    body: JSON.stringify({ document: { id: 1, job } }),
  })
  const { document, report } = (await response.json()) as { document: { job: object }; report: { outcome: string }[] }
  return { outcome: report[0]?.outcome, ...document.job }
}
console.log(await shown(annsToken)) // { outcome: 'clear', card: '4111 1111 1111 1111', amount: 30 }
console.log(await shown(bobsToken)) // { outcome: 'masked', card: '•••• 1111', amount: '••••••••' }

const records = await trail.query({ actor: 'bob' })
console.log(records.map(({ operation, outcome, details }) => `${operation} ${outcome}: ${details.reason}`)) // [ 'codec.open ok: case 7' ]
// #endregion

listening.close()
