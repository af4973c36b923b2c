import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseConfig } from '@waxseal/config'
import { createSealer, generateKey, type Payload, sealingCodec } from '@waxseal/core'
import { envKeys } from '@waxseal/keys-env'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLog, ListenError, startServer } from '../src/index.ts'

const TOKEN = 'a-token-of-the-tests-with-many-characters'
const env = { WAXSEAL_KEYS: `k1:${generateKey()}`, AUDIT_KEY: generateKey() }
const log = createLog('silent')
const utf8 = (text: string) => new TextEncoder().encode(text)
const base64 = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString('base64')
const inBase64 = (metadata: Payload['metadata']) =>
  Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)]))
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waxseal-codec-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const configWith = (codecServer: object = {}) =>
  parseConfig({
    keys: 'env://WAXSEAL_KEYS',
    audit: { to: 'file', path: join(folder, 'audit.jsonl'), key: { id: 'a1', secret: 'env:AUDIT_KEY' } },
    codecServer: {
      listen: { port: 0 },
      auth: { tokens: [{ id: 'ann', sha256: createHash('sha256').update(TOKEN).digest('hex'), groups: ['fraud'] }] },
      policy: [{ who: ['group:fraud'], give: 'clear' }],
      ...codecServer,
    },
  })

it('serves what a configuration says, tells whether it is ready, and ends in order', async () => {
  const server = await startServer(configWith(), { env, log })
  const at = `http://127.0.0.1:${server.port}`
  expect((await fetch(`${at}/health`)).status).toBe(200)
  expect((await fetch(`${at}/ready`)).status).toBe(200)

  const sealer = createSealer({ keys: envKeys({ env }) })
  const document = await sealer.seal('4111 1111', { context: { app: 'billing' }, storeContext: true })
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
  const response = await fetch(`${at}/open`, { method: 'POST', headers, body: JSON.stringify({ document }) })
  expect(await response.json()).toMatchObject({ document: '4111 1111', report: [{ outcome: 'clear' }] })

  expect(await server.stop()).toBe(0)
  await expect(fetch(`${at}/health`)).rejects.toThrow()
  const trail = readFileSync(join(folder, 'audit.jsonl'), 'utf8')
  for (const operation of ['codec.start', 'codec.open', 'codec.stop']) expect(trail).toContain(operation)
  expect(trail).not.toContain('4111 1111')
})

it('decodes payloads for those who may see them, and refuses all others, over real HTTP', async () => {
  const server = await startServer(configWith(), { env, log })
  try {
    const codec = sealingCodec(createSealer({ keys: envKeys({ env }) }), { context: { app: 'billing' }, storeContext: true })
    const payloads = await codec.encode([{ metadata: { encoding: utf8('json/plain') }, data: utf8('"4111"') }])
    const asked = (authorization: Record<string, string>) =>
      fetch(`http://127.0.0.1:${server.port}/decode`, {
        method: 'POST',
        headers: { ...authorization, 'content-type': 'application/json' },
        body: JSON.stringify({
          payloads: payloads.map(({ metadata, data }) => ({ metadata: inBase64(metadata), data: base64(data) })),
        }),
      })

    const decoded = await asked({ authorization: `Bearer ${TOKEN}` })
    expect([decoded.status, await decoded.json()]).toMatchObject([200, { payloads: [{ data: base64(utf8('"4111"')) }] }])
    for (const authorization of [{}, { authorization: 'Bearer another-token-with-many-characters' }]) {
      const refused = await asked(authorization as Record<string, string>)
      expect(refused.status).toBe(401)
      expect(await refused.text()).not.toContain('4111')
    }
  } finally {
    expect(await server.stop()).toBe(0)
  }
})

it('does not start where others could read along, or without what it needs', async () => {
  const started = (codecServer: object, using: object = env) =>
    startServer(configWith(codecServer), { env: using as typeof env, log })
  await expect(started({ listen: { host: '0.0.0.0', port: 0 } })).rejects.toMatchObject({ code: 'config' })
  await expect(started({}, { AUDIT_KEY: env.AUDIT_KEY })).rejects.toMatchObject({ code: 'config' })
  const { codecServer: _, ...without } = configWith()
  await expect(startServer(without, { env, log })).rejects.toMatchObject({ code: 'config' })
  const pem = join(folder, 'x.pem')
  writeFileSync(pem, 'swordfish', { mode: 0o600 })
  const tls = started({ listen: { port: 0, tls: { cert: pem, key: `file:${pem}` } } })
  await expect(tls).rejects.toMatchObject({ code: 'config', message: expect.stringMatching(/are no certificate and its key/) })
  await expect(tls).rejects.not.toMatchObject({ message: expect.stringContaining('swordfish') })
  expect(existsSync(join(folder, 'audit.jsonl'))).toBe(false)
})

it('records no start without an end where it cannot listen', async () => {
  const first = await startServer(configWith({ listen: { port: 0, metrics: { port: 0 } } }), { env, log })
  await first.stop()
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  await expect(startServer(configWith({ listen: { port } }), { env, log })).rejects.toThrow(ListenError)
  taken.close()
  const operations = [...readFileSync(join(folder, 'audit.jsonl'), 'utf8').matchAll(/"operation":"(codec\.\w+)"/g)]
  expect(operations.map(([, operation]) => operation)).toEqual(['codec.start', 'codec.stop', 'codec.start', 'codec.stop'])
})
