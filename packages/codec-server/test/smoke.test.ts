import { createHash } from 'node:crypto'
import { createAuditTrail } from '@waxseal/audit'
import { memorySink } from '@waxseal/audit/testing'
import { createCodecServer, type PolicyRule, tokenAuthentication } from '@waxseal/codec-server'
import { createSealer, generateKey, sealingCodec, staticKeys } from '@waxseal/core'
import { createDetector } from '@waxseal/pii'
import { expect, it } from 'vitest'

const sha = (text: string) => createHash('sha256').update(text).digest('hex')
const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const policy: PolicyRule[] = [
  { who: ['group:fraud'], give: 'clear', seal: true },
  { who: ['group:support'], give: 'masked', where: { context: { app: 'billing' } } },
]
const trail = createAuditTrail({ sink: memorySink(), keys: { id: 'a1', key: crypto.getRandomValues(new Uint8Array(32)) } })
const server = createCodecServer({
  sealer,
  auth: tokenAuthentication([
    { id: 'ann', sha256: sha('ann-token'), groups: ['fraud'] },
    { id: 'bob', sha256: sha('bob-token'), groups: ['support'] },
  ]),
  policy,
  trail,
  detector: createDetector(),
  temporal: { app: 'billing' },
  cors: { origins: ['http://localhost:8233'] },
})
const call = (path: string, body: unknown, token?: string, headers: Record<string, string> = {}) =>
  server.fetch(
    new Request(`http://codec.test${path}`, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }), ...headers },
    }),
  )

it('opens', async () => {
  const context = { app: 'billing', job: 'invoice' }
  const job = { card: '4111 1111 1111 1111', amount: 3 }
  const sealed = await sealer.seal(job, { context, storeContext: true })
  const doc = await sealer.sealFields({ id: 1, ...job }, { fields: ['/card'] }, { context, storeContext: true })
  const body = { document: { rows: [sealed, doc, 'wax1.c256.k1~1.AAAA'] } }
  for (const token of ['ann-token', 'bob-token']) {
    const response = await call('/open', body, token)
    console.log(response.status, JSON.stringify(await response.json(), null, 1), Object.fromEntries(response.headers))
  }
  const [payload] = await sealingCodec(sealer, { context: { app: 'billing', namespace: 'default' }, storeContext: true }).encode([
    { metadata: { encoding: new TextEncoder().encode('json/plain') }, data: new TextEncoder().encode(JSON.stringify(job)) },
  ])
  const b64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
  const json = { metadata: { encoding: b64(payload!.metadata!.encoding!) }, data: b64(payload!.data!) }
  const response = await call('//decode', { payloads: [json, { data: 'AA==' }] }, 'bob-token', { 'x-namespace': 'default' })
  const answer = (await response.json()) as { payloads: { data: string }[] }
  console.log(answer, Buffer.from(answer.payloads[0]!.data, 'base64').toString())
  const enc = await call(
    '/encode',
    { payloads: [{ metadata: { encoding: b64(Buffer.from('json/plain')) }, data: 'e30=' }] },
    'ann-token',
    { 'x-namespace': 'default' },
  )
  console.log(await enc.json())
  console.log(
    (await call('/open', body)).status,
    (await call('/open', '{', 'ann-token')).status,
    (await call('/nope', body, 'ann-token')).status,
  )
  for (const record of await trail.query()) console.log(JSON.stringify(record))
  expect(1).toBe(1)
})
