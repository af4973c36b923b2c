import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, renameSync } from 'node:fs'
import { request } from 'node:https'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createFakeVault, serve } from '@waxseal/conformance/fakes'
import { createSealer, parseKey, staticKeys } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import { type App, ask, call, configOf, KEY, newFolder, ready, start, TOKEN } from './app.js'

const fileTrail = (path: string) => ({ to: 'file', path, key: { id: 'a1', secret: 'env:AUDIT_KEY' } })

describe('the server', () => {
  it('opens what its keys sealed, and logs nothing of it', async () => {
    const app = await start(configOf())
    const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: parseKey(KEY) }]) })
    const job = await sealer.seal({ card: 'canary-4111' }, { context: { app: 'canary-app' }, storeContext: true })
    const response = await ask(app.port, '/open', { document: { job } })
    expect(await response.json()).toMatchObject({ document: { job: { card: 'canary-4111' } } })
    await app.line('call')
    expect(app.lines).toMatchObject([
      { event: 'started' },
      { event: 'call', operation: 'open', status: 200, outcomes: { clear: 1 } },
    ])
    expect(JSON.stringify(app.lines)).not.toContain('canary')
  })

  it('tells Prometheus of calls on a port of its own', async () => {
    const app = await start(configOf({ codecServer: { listen: { metrics: { port: 0 } } } }))
    await call(app.port)
    const scraped = await fetch(`http://127.0.0.1:${app.metricsPort}/metrics`)
    const metrics = await scraped.text()
    expect(metrics).toMatch(/^waxseal_codec_calls_total\{operation="open",dialect="native",status="200"\} 1$/m)
    expect(metrics).toMatch(/^process_resident_memory_bytes \d/m)
    expect((await ready(app.metricsPort)).code).toBe(200)
    expect((await fetch(`http://127.0.0.1:${app.metricsPort}/open`)).status).toBe(404)
    expect((await fetch(`http://127.0.0.1:${app.port}/metrics`)).status).toBe(404)
  })

  it('speaks TLS', async () => {
    const folder = newFolder()
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const subject = ['-subj', '/CN=localhost', '-days', '1', '-nodes']
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-keyout', key, '-out', cert, ...subject], {
      stdio: 'ignore',
    })
    const app = await start(configOf({ codecServer: { listen: { tls: { cert, key: `file:${key}` } } } }))
    const asked = request({ port: app.port, path: '/health', rejectUnauthorized: false }).end()
    const [response] = await once(asked, 'response')
    expect([response.statusCode, await text(response)]).toEqual([200, '{"status":"ok"}'])
    await expect(fetch(`http://127.0.0.1:${app.port}/health`)).rejects.toThrow()
  })
})

describe('/ready', () => {
  it('is asked of the key service', async () => {
    const vault = createFakeVault()
    vault.mount('transit', 'transit')
    vault.createKey('orders')
    const served = await serve(vault)
    const uri = `vault-transit://transit/orders?addr=${encodeURIComponent(served.url)}`
    const app = await start(configOf({ keys: uri }), { VAULT_TOKEN: vault.rootToken })
    expect(await ready(app.port)).toEqual({ code: 200, status: 'ready', checks: { keys: 'ok', trail: 'ok' } })

    await served.close()
    await expect
      .poll(() => ready(app.port), { timeout: 20_000, interval: 1100 })
      .toEqual({
        code: 503,
        status: 'not_ready',
        checks: { keys: 'failed', trail: 'ok' },
      })
    expect((await fetch(`http://127.0.0.1:${app.port}/health`)).status).toBe(200)
    expect(await app.line('not_ready')).toMatchObject({ part: 'keys', error: 'provider_unavailable' })
  })

  it('is asked of the trail, which is written again when it can be', async () => {
    const path = join(newFolder(), 'audit.jsonl')
    const app = await start(configOf({ audit: fileTrail(path) }))
    renameSync(path, `${path}.away`)
    const refused = await call(app.port)
    expect([refused.status, await refused.json()]).toMatchObject([503, { error: { code: 'unavailable' } }])
    expect(await ready(app.port)).toMatchObject({ code: 503, checks: { keys: 'ok', trail: 'failed' } })

    renameSync(`${path}.away`, path)
    await expect.poll(() => ready(app.port), { timeout: 10_000, interval: 1100 }).toMatchObject({ code: 200 })
    expect((await call(app.port)).status).toBe(200)
  })
})

/** A call that the server has begun with, and whose body is not all there yet. */
async function startCall(app: App): Promise<{ readonly socket: Socket; readonly answer: Promise<string> }> {
  const socket = connect(app.port, '127.0.0.1')
  socket.on('error', () => {})
  const [length, type] = ['content-length: 15', 'content-type: application/json']
  const head = ['POST /open HTTP/1.1', 'host: localhost', `authorization: Bearer ${TOKEN}`, type, length, 'expect: 100-continue']
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  const [begun] = await once(socket, 'data')
  expect(String(begun)).toBe('HTTP/1.1 100 Continue\r\n\r\n')
  socket.write('{"docu')
  return { socket, answer: text(socket) }
}

describe('the end', () => {
  it('comes after the calls in flight, and takes no more', async () => {
    const app = await start(configOf())
    const { socket, answer } = await startCall(app)
    app.child.kill('SIGTERM')
    await app.line('stopping')
    const another = () => fetch(`http://127.0.0.1:${app.port}/ready`).catch(() => 'refused')
    await expect.poll(another, { timeout: 10_000 }).toBe('refused')
    socket.write('ment":{}}')
    expect(await answer).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*connection: close[\s\S]*"report":\[\]/i)
    expect(await app.ended).toBe(0)
    expect(app.lines.at(-1)).toMatchObject({ event: 'stopped', cut: 0 })
  })

  it('takes no count of refused calls along', async () => {
    const path = join(newFolder(), 'audit.jsonl')
    const app = await start(configOf({ audit: fileTrail(path) }))
    for (let at = 0; at < 3; at++) expect((await call(app.port, { authorization: 'Bearer guessed' })).status).toBe(401)
    app.child.kill('SIGTERM')
    expect(await app.ended).toBe(0)
    const operations = readFileSync(path, 'utf8').match(/codec\.[a-z]+/g)
    expect([...new Set(operations)]).toEqual(['codec.start', 'codec.refused', 'codec.stop'])
  })

  it('does not wait for callers who have said nothing', async () => {
    const app = await start(configOf())
    const socket = connect(app.port, '127.0.0.1')
    const answer = text(socket)
    socket.write('POST /open HTTP/1.1\r\nhost: loc')
    await call(app.port)
    app.child.kill('SIGINT')
    expect(await app.ended).toBe(0)
    expect(await answer.catch(() => '')).toBe('')
  })

  it('cuts off what takes too long', async () => {
    const app = await start(configOf({ codecServer: { listen: { shutdownTimeoutMs: 200 } } }))
    const { answer } = await startCall(app)
    app.child.kill('SIGTERM')
    expect(await app.ended).toBe(1)
    expect(app.lines.at(-1)).toMatchObject({ event: 'stopped', cut: 1 })
    expect(await answer.catch(() => '')).toBe('')
  })

  it('comes at once at the second signal', async () => {
    const app = await start(configOf())
    const { answer } = await startCall(app)
    app.child.kill('SIGTERM')
    await app.line('stopping')
    app.child.kill('SIGTERM')
    expect(await app.ended).toBe(143)
    expect(await answer.catch(() => '')).toBe('')
  })
})
