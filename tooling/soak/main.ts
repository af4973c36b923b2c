// Seals and opens through every surface for a while, keys rotating, and watches results and memory.
import assert from 'node:assert/strict'
import { parseArgs } from 'node:util'
import {
  chain,
  createBlindIndex,
  createDedupKey,
  createSealer,
  deflate,
  generateKey,
  type KeySource,
  type Sealer,
  sealingCodec,
  staticKeys,
  WaxsealError,
} from '@waxseal/core'
import { rootKeyProvider } from '@waxseal/core/keys'
import { median } from './series.ts'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '120' } } })
const seconds = Number(values.seconds)
if (!(seconds >= 10)) {
  console.error('pnpm soak [--seconds N], at least 10')
  process.exit(2)
}

const SAMPLE_MS = 2000
const ROTATE_MS = 5000
const TOLERANCE = 1.1
const TOLERANCE_BYTES = 8 * 1024 * 1024

/** Keys that grow a new version every few seconds; all versions open. */
function rotatingKeys(): KeySource & { rotate(): void } {
  const list = [{ kid: 'k', version: 1, key: generateKey() }]
  let source = staticKeys(list)
  return {
    kind: 'source',
    current: (...call) => source.current(...call),
    resolve: (...call) => source.resolve(...call),
    keys: () => source.keys!(),
    rotate() {
      list.unshift({ kid: 'k', version: list.length + 1, key: generateKey() })
      source = staticKeys(list)
    },
  }
}

const keys = rotatingKeys()
const fixed = staticKeys([{ kid: 'fixed', key: generateKey() }])
const sealers: readonly Sealer[] = [
  createSealer({ keys, compress: { algorithms: [deflate] } }),
  createSealer({ keys, suite: 'chacha20-poly1305' }),
  createSealer({ keys: rootKeyProvider({ id: 'root', keys: fixed }) }),
]
const wrapped = sealers[2]!
const index = createBlindIndex({ keys: fixed, table: 't', field: 'f', versions: [{ version: 1, key: { kid: 'fixed' } }] })
const dedup = createDedupKey({ keys: fixed, key: { kid: 'fixed' } })
const groups = { groups: { pii: ['/user/*'], pci: ['/card'] }, authenticate: 'all' as const }
const inline = { fields: ['/items/*/email', '/card'], form: 'inline' as const, elementIds: { '/items': 'id' } }

const collect = async (stream: ReadableStream<Uint8Array>) => Buffer.concat(await Array.fromAsync(stream))
const text = (n: number) => `text ${n} ${'x'.repeat(n % 3000)}`

type Surface = (sealer: Sealer, n: number) => Promise<void>
const surfaces: Readonly<Record<string, Surface>> = {
  async values(sealer, n) {
    const call = { context: { app: 'soak', row: String(n % 5000) }, storeContext: n % 2 === 0 }
    const value = { n, text: text(n) }
    assert.deepEqual(await sealer.open(await sealer.seal(value, call), call), value)
    assert.deepEqual(await sealer.open(await sealer.seal(value, { ...call, as: 'bytes' }), call), value)
  },
  async batches(sealer, n) {
    const items = Array.from({ length: 20 }, (_, i) => ({ value: text(n + i), context: { app: 'soak' } }))
    const sealed = await sealer.sealMany(items)
    const opened = await sealer.openMany(sealed.map((envelope) => ({ sealed: envelope, context: { app: 'soak' } })))
    assert.deepEqual(
      opened,
      items.map(({ value }) => value),
    )
  },
  async documents(sealer, n) {
    const document = { card: text(n), user: { name: text(n + 1) }, items: [{ id: n, email: text(n + 2) }] }
    const call = { context: { app: 'soak' } }
    for (const policy of [groups, inline, { fields: ['/**/name', '/card'] }])
      assert.deepEqual(await sealer.openFields(await sealer.sealFields(document, policy, call), policy, call), document)
  },
  async streams(sealer, n) {
    const bytes = Buffer.alloc((n * 7919) % 100_000, n)
    const call = { context: { app: 'soak' } }
    const stream = new Blob([bytes]).stream().pipeThrough(sealer.sealStream(call)).pipeThrough(sealer.openStream(call))
    assert.ok((await collect(stream)).equals(bytes))
  },
  async codecs(sealer, n) {
    const codec = chain(sealingCodec(sealer, { context: { app: 'soak' } }))
    const [opened] = await codec.decode(await codec.encode([{ data: Buffer.from(text(n)) }]))
    assert.equal(Buffer.from(opened!.data!).toString(), text(n))
  },
  async scopes(_, n) {
    const call = { context: { app: 'soak' }, scope: `tenant:${n % 3000}` }
    const sealed = await wrapped.seal(n, call)
    assert.equal(await wrapped.open(sealed, call), n)
  },
  async refusals(sealer, n) {
    const context = { app: 'soak' }
    const sealed = await sealer.seal(n, { context })
    const code = (envelope: typeof sealed, app = 'soak') =>
      sealer.open(envelope, { context: { app } }).then(
        () => 'opened',
        (error) => (WaxsealError.is(error) ? error.code : String(error)),
      )
    assert.equal(await code(sealed, 'other'), 'open_failed')
    assert.equal(await code(sealed.replace(/\.[a-z]+~\d+\./, `.z~${n % 100_000}.`)), 'key_not_found')
    assert.ok(['open_failed', 'malformed'].includes(await code(sealed.slice(0, -9))))
  },
  async indexes(_, n) {
    assert.equal(await index.value(text(n)), await index.value(text(n)))
    assert.equal(await dedup.value('job', { n, a: 1 }), await dedup.value('job', { a: 1, n }))
  },
}

const counts = Object.fromEntries(Object.keys(surfaces).map((name) => [name, 0]))
const samples: number[] = []
const used = () => {
  ;(globalThis as { gc?: () => void }).gc?.()
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  return heapUsed + external + arrayBuffers
}
const end = Date.now() + seconds * 1000

async function load(name: string, surface: Surface): Promise<void> {
  for (let n = 0; Date.now() < end; n++) {
    await surface(sealers[n % sealers.length]!, n)
    counts[name]!++
    // Lets the other surfaces in between.
    if (n % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
}

const timers = [setInterval(() => samples.push(used()), SAMPLE_MS), setInterval(() => keys.rotate(), ROTATE_MS)]
await Promise.all(Object.entries(surfaces).map(([name, surface]) => load(name, surface)))
for (const timer of timers) clearInterval(timer)

const third = Math.floor(samples.length / 3)
const [middle, last] = [median(samples.slice(third, 2 * third)), median(samples.slice(2 * third))]
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
console.table(counts)
console.log(`memory after collection: second third ${megabytes(middle)}, last third ${megabytes(last)}`)
if (last > middle * TOLERANCE + TOLERANCE_BYTES) {
  console.error('memory grows')
  process.exit(1)
}
