// The codec server as it is meant to run: callers with tokens, a policy, the detector, and every call in a trail before it is answered.
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { temporalCodec } from '@waxseal/adapter-temporal'
import { createAuditTrail, fileSink } from '@waxseal/audit'
import { memorySink } from '@waxseal/audit/testing'
import { createCodecServer, tokenAuthentication } from '@waxseal/codec-server'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { createDetector } from '@waxseal/pii'
import { payloads, toJson } from '../payloads.ts'
import { serving } from './serving.ts'

const [path] = process.argv.slice(2)
const place = { app: 'bench', namespace: 'default' }
const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const token = randomBytes(32).toString('base64url')
const trail = createAuditTrail({ sink: path ? fileSink(path) : memorySink(), keys: { id: 'a1', key: randomBytes(32) } })

const server = createCodecServer({
  sealer,
  auth: tokenAuthentication([
    { id: 'ann', sha256: createHash('sha256').update(token).digest('hex'), groups: ['fraud'] },
    { id: 'bob', sha256: createHash('sha256').update(`not ${token}`).digest('hex'), groups: ['support'] },
  ]),
  policy: [
    { who: ['group:support'], give: 'masked', where: { context: { app: 'bench' } } },
    { who: ['group:fraud'], give: 'clear', where: { namespace: 'default', context: { app: 'bench' } } },
  ],
  trail,
  detector: createDetector(),
  temporal: { app: 'bench' },
  cors: { origins: ['https://temporal.example.com'] },
  // One caller makes all calls here, and as many as there can be.
  limits: { callsPerMinute: 100_000_000, burst: 100_000_000 },
})

const listening = serve({
  fetch: (request, { incoming }) => server.fetch(request, { remoteAddress: incoming.socket?.remoteAddress }),
  hostname: '127.0.0.1',
  port: 0,
})
if (!listening.listening) await once(listening, 'listening')

const codec = temporalCodec({ sealer, ...place })
const body = async (count: number) => JSON.stringify({ payloads: (await codec.encode(payloads(count))).map(toJson) })
const ready = {
  port: (listening.address() as AddressInfo).port,
  headers: { 'content-type': 'application/json', 'x-namespace': place.namespace, authorization: `Bearer ${token}` },
  one: await body(1),
  many: await body(100),
}
serving(ready, async () => {
  await trail.close()
  if (path) rmSync(path, { force: true })
})
