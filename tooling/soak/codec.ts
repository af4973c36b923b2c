// The codec server as a process under constant load of many kinds, its memory watched from outside.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createAuditTrail, fileSink } from '@waxseal/audit'
import { createSealer, generateKey, parseKey, sealingCodec, staticKeys } from '@waxseal/core'
import { median, slopePerMinute } from './series.ts'

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, rate: { type: 'string', default: '100' } },
})
const [minutes, rate] = [Number(values.minutes), Number(values.rate)]
if (!(minutes >= 1) || !(rate >= 1)) {
  console.error('pnpm soak:codec [--minutes N] [--rate CALLS_PER_SECOND], at least 1 each')
  process.exit(2)
}

const TICK_MS = 20
const SAMPLE_MS = 5000
const REPORT_EVERY = 6
const MAX_IN_FLIGHT = 500
const CALLERS = 50
const MAX_SOCKETS = 64
const TOLERANCE = 1.1
const TOLERANCE_BYTES = 8 * 1024 * 1024

const folder = mkdtempSync(join(tmpdir(), 'waxseal-soak-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const path = join(folder, 'audit.jsonl')
const [key, auditKey] = [generateKey(), generateKey()]
const tokens = Array.from({ length: CALLERS }, () => randomBytes(32).toString('base64url'))
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const config = {
  keys: 'env://WAXSEAL_KEYS',
  audit: { to: 'file', path, key: { id: 'a1', secret: 'env:AUDIT_KEY' } },
  codecServer: {
    listen: { port: 0 },
    auth: {
      tokens: tokens.map((token, at) => ({ id: `caller-${at}`, sha256: sha256(token), groups: [at % 2 ? 'clear' : 'masked'] })),
    },
    policy: [
      { who: ['group:clear'], give: 'clear', seal: true, where: { context: { app: 'soak' } } },
      { who: ['group:masked'], give: 'masked', where: { context: { app: 'soak' } } },
    ],
    temporal: { app: 'soak' },
  },
}
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const watched = ['--expose-gc', '--import', here('memory.mjs'), here('../../apps/codec-server/dist/main.js')]
const child = spawn(process.execPath, watched, {
  env: { WAXSEAL_KEYS: `k1:${key}`, AUDIT_KEY: auditKey, WAXSEAL_CONFIG: JSON.stringify(config) },
  stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
})
process.on('exit', () => child.kill('SIGKILL'))
const { port } = await new Promise<{ port: number }>((resolve, reject) => {
  // What it logs is read to its end, as whatever collects logs would.
  createInterface({ input: child.stderr! }).on('line', (line) => line.includes('"started"') && resolve(JSON.parse(line)))
  child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
})

const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: parseKey(key) }]) })
const json = (body: unknown) =>
  JSON.stringify(body, (_, value) => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value))
const base64 = (text: string) => Buffer.from(text).toString('base64')

const agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS })

interface Answer {
  readonly status: number | undefined
  readonly text: string
}

async function ask(call: string, n: number, body: string, headers: Record<string, string> = {}): Promise<Answer> {
  const own = {
    authorization: `Bearer ${tokens[n % CALLERS]}`,
    'content-type': 'application/json',
    'x-request-id': randomUUID(),
    'x-namespace': 'default',
  }
  const asked = request({ agent, port, path: `/${call}`, method: 'POST', headers: { ...own, ...headers } })
  asked.end(body)
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  return { status: response.statusCode, text: await text(response) }
}

async function status(expected: number, asked: Promise<Answer>): Promise<unknown> {
  const answer = await asked
  assert.equal(answer.status, expected, answer.text)
  return JSON.parse(answer.text)
}

type Kind = (n: number) => Promise<unknown>
const kinds: Readonly<Record<string, Kind>> = {
  async decode(n) {
    // A context that was never seen before, in every call.
    const context = { app: 'soak', namespace: 'default', workflow: `w${n}` }
    const codec = sealingCodec(sealer, { context, storeContext: true })
    const plain = Array.from({ length: 5 }, (_, at) => ({
      metadata: { encoding: Buffer.from('json/plain') },
      data: Buffer.from(JSON.stringify({ n, at, text: 'x'.repeat((n * 37) % 2000) })),
    }))
    const payloads = await codec.encode(plain)
    const { payloads: opened } = (await status(200, ask('decode', n | 1, json({ payloads })))) as { payloads: { data: string }[] }
    assert.deepEqual(
      opened.map(({ data }) => data),
      plain.map(({ data }) => data.toString('base64')),
    )
  },
  async open(n) {
    const job = await sealer.seal(
      { card: '4111 1111 1111 1111', n },
      { context: { app: 'soak', job: `j${n}` }, storeContext: true },
    )
    await status(200, ask('open', n, json({ document: { id: n, job } })))
  },
  encode: (n) =>
    status(
      200,
      ask('encode', n | 1, json({ payloads: [{ metadata: { encoding: base64('json/plain') }, data: base64(`{"n":${n}}`) }] })),
    ),
  async refused(n) {
    const foreign = await sealer.seal(n, { context: { app: `other-${n}` }, storeContext: true })
    await status(200, ask('open', n, json({ document: { foreign } })))
  },
  unknown: (n) => status(401, ask('open', n, '{}', { authorization: `Bearer ${randomUUID()}` })),
  malformed: (n) => status(400, ask('decode', n, `{"payloads": [{"data": "${n}`)),
  page: (n) => status(403, ask('open', n, '{}', { origin: `https://page-${n}.example` })),
  async gone(n) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    await once(socket, 'connect')
    socket.write(
      `POST /open HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${tokens[n % CALLERS]}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"a`,
    )
    await new Promise((resolve) => setTimeout(resolve, 50))
    socket.destroy()
  },
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
const names = Object.keys(kinds)
const counts = Object.fromEntries(names.map((name) => [name, 0]))
const series = { rss: [] as number[], heap: [] as number[] }
const end = Date.now() + minutes * 60_000
let [inFlight, sent, late] = [0, 0, 0]
let failed: unknown

/** What is left after a collection, as the server's process tells it. */
async function sample(): Promise<void> {
  const told = once(child, 'message')
  child.send('memory')
  const [{ rss, heapUsed, external }] = (await told) as [NodeJS.MemoryUsage]
  series.rss.push(rss)
  series.heap.push(heapUsed + external)
  if (series.rss.length % REPORT_EVERY === 0)
    console.log(
      `${(series.rss.length * SAMPLE_MS) / 1000} s: RSS ${megabytes(rss)}, heap and external ${megabytes(heapUsed + external)}`,
    )
}
const sampling = setInterval(() => void sample().catch((error) => (failed ??= error)), SAMPLE_MS)
const since = Date.now()
while (Date.now() < end && failed === undefined) {
  for (const due = ((Date.now() - since) / 1000) * rate; sent < due; sent++) {
    if (inFlight >= MAX_IN_FLIGHT) {
      late++
      continue
    }
    const name = names[sent % names.length]!
    inFlight++
    kinds[name]!(sent)
      .then(() => counts[name]!++)
      .catch((error) => (failed ??= error))
      .finally(() => inFlight--)
  }
  await new Promise((resolve) => setTimeout(resolve, TICK_MS))
}
clearInterval(sampling)
if (failed !== undefined) throw failed
while (inFlight > 0) await new Promise((resolve) => setTimeout(resolve, TICK_MS))

child.removeAllListeners('exit')
child.kill('SIGTERM')
const [code] = await once(child, 'exit')
const verdict = await createAuditTrail({
  sink: fileSink(path),
  keys: { id: 'a1', key: parseKey(auditKey) },
  stream: 'access',
}).verify()

console.table(counts)
console.log(
  `${minutes} minutes, ${rate} calls/s, ${late} left out because too many were in flight; ended with ${code}; trail ${verdict.ok ? `in order, ${verdict.last} records` : 'BROKEN'}`,
)
let grows = false
for (const [name, list] of [
  ['RSS', series.rss],
  ['heap and external memory', series.heap],
] as const) {
  const third = Math.floor(list.length / 3)
  const [middle, last] = [median(list.slice(third, 2 * third)), median(list.slice(2 * third))]
  const slope = slopePerMinute(list.slice(third), SAMPLE_MS)
  grows ||= last > middle * TOLERANCE + TOLERANCE_BYTES
  console.log(
    `${name}: second third ${megabytes(middle)}, last third ${megabytes(last)}; ${(slope / 1e3).toFixed(0)} kB a minute over both`,
  )
}
if (grows) console.error('memory grows')
if (grows || code !== 0 || !verdict.ok) process.exit(1)
