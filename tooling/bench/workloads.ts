import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { ReadableStream as NodeStream } from 'node:stream/web'
import { createSealer, fieldPolicy, generateKey, type Sealed, staticKeys } from '@waxseal/core'
import { rootKeyProvider, wrapContext, wrapContextBytes } from '@waxseal/core/keys'
import { bare, bareStream } from './bare.ts'
import { application, applicationFields, changeApplication, invoice } from './values.ts'

/** One thing that is timed. */
export interface Candidate {
  /** What is done; candidates of the same work are compared. */
  readonly work: string
  /** Who does it. */
  readonly by: string
  /** Largest ratio to `bare` on the same work. */
  readonly goal?: number
  /** Operations that one run does, default 1. */
  readonly operations?: number
  /** Bytes that one run moves, where throughput is what counts. */
  readonly bytes?: number
  readonly run: () => unknown
}

export const BARE = 'bare'
export const BARE_RAW = 'bare, raw key'
export const OURS = 'waxseal'

const MIB = 1024 * 1024
const STREAM_BYTES = 10 * MIB
const context = { app: 'billing', job: 'invoice', surface: 'data' }

/** Every candidate, in the order of the report; each round trip has been checked. */
export async function workloads(): Promise<Candidate[]> {
  const secret = randomBytes(32)
  const baselines = [
    { by: BARE, ...bare(createSecretKey(secret)) },
    { by: BARE_RAW, ...bare(secret) },
  ]
  const keys = staticKeys([{ kid: 'k1', key: generateKey() }])
  const sealer = createSealer({ keys })
  const c20 = createSealer({ keys, suite: 'chacha20-poly1305' })
  const wrapping = createSealer({ keys: rootKeyProvider({ id: 'root', keys }) })

  const payload = async (size: string, value: ReturnType<typeof invoice>, goals: [seal: number, open: number]) => {
    const [seal, open] = [`seal ${size}`, `open ${size}`]
    const sealing: Candidate[] = baselines.map(({ by, seal: run }) => ({ work: seal, by, run: () => run(value) }))
    const opening: Candidate[] = baselines.map(({ by, seal: make, open: run }) => {
      const sealed = make(value)
      return { work: open, by, run: () => run(sealed) }
    })
    for (const [by, sealerOf, goal] of [
      [OURS, sealer, goals],
      ['waxseal, c20', c20],
      ['waxseal, wrapped key', wrapping],
    ] as const) {
      const sealed = await sealerOf.seal(value, { context })
      sealing.push({ work: seal, by, ...(goal && { goal: goal[0] }), run: () => sealerOf.seal(value, { context }) })
      opening.push({ work: open, by, ...(goal && { goal: goal[1] }), run: () => sealerOf.open(sealed, { context }) })
    }
    const sealed = sealer.sealSync(value, { context })
    const bytes = sealer.sealSync(value, { context, as: 'bytes' })
    const items = Array.from({ length: 100 }, () => ({ value, sealed, context }))
    sealing.push(
      { work: seal, by: 'sealSync', run: () => sealer.sealSync(value, { context }) },
      { work: seal, by: "as: 'bytes'", run: () => sealer.sealSync(value, { context, as: 'bytes' }) },
      { work: seal, by: 'sealMany, 100 at once', operations: 100, run: () => sealer.sealMany(items) },
    )
    opening.push(
      { work: open, by: 'openSync', run: () => sealer.openSync(sealed, { context }) },
      { work: open, by: 'from bytes', run: () => sealer.openSync(bytes, { context }) },
      { work: open, by: 'openMany, 100 at once', operations: 100, run: () => sealer.openMany(items) },
    )
    for (const { by, operations = 1, run } of opening)
      assert.deepEqual(await run(), operations === 1 ? value : items.map(() => value), `${open}: ${by}`)
    return [...sealing, ...opening]
  }

  const fields = async () => {
    const policy = fieldPolicy({ fields: applicationFields })
    const sealed = await sealer.sealFields(application, policy, { context })
    const [seal, open] = ['seal 10 fields', 'open 10 fields']
    const sealing: Candidate[] = baselines.map((one) => ({
      work: seal,
      by: one.by,
      run: () => changeApplication(application, one.seal),
    }))
    const opening: Candidate[] = baselines.map((one) => {
      const fieldwise = changeApplication(application, one.seal)
      return { work: open, by: one.by, run: () => changeApplication(fieldwise, one.open as (field: unknown) => unknown) }
    })
    sealing.push({ work: seal, by: OURS, goal: 0.3, run: () => sealer.sealFields(application, policy, { context }) })
    opening.push({ work: open, by: OURS, goal: 0.4, run: () => sealer.openFields(sealed, policy, { context }) })
    for (const { by, run } of opening) assert.deepEqual(await run(), application, `${open}: ${by}`)
    return [...sealing, ...opening]
  }

  const streams = async (): Promise<Candidate[]> => {
    const chunk = randomBytes(64 * 1024)
    const source = function* () {
      for (let sent = 0; sent < STREAM_BYTES; sent += chunk.length) yield chunk
    }
    const sealed = await collect(streamOf(source()).pipeThrough(sealer.sealStream({ context })))
    const seal = () => drain(streamOf(source()).pipeThrough(sealer.sealStream({ context })))
    const open = () => drain(streamOf(cut(sealed, chunk.length)).pipeThrough(sealer.openStream({ context })))
    assert.equal(await open(), STREAM_BYTES)
    const key = createSecretKey(secret)
    return [
      { work: 'seal a stream', by: BARE, bytes: STREAM_BYTES, run: () => bareStream(key, source()) },
      { work: 'seal a stream', by: OURS, bytes: STREAM_BYTES, run: seal },
      { work: 'open a stream', by: OURS, bytes: STREAM_BYTES, run: open },
    ]
  }

  const parts = async (): Promise<Candidate[]> => {
    const [named, wrapped] = await Promise.all([sealer, wrapping].map((one) => one.seal('', { context })))
    const lookUp = (one: typeof sealer, envelope: Sealed<string> = '') => ({
      run: () => one.warm({ scopes: [], envelopes: [{ sealed: envelope }] }),
    })
    const pairs = wrapContext('envelope', 'root', 1)
    let id = 0
    return [
      { work: 'a part', by: 'parse (inspect)', run: () => sealer.inspect(named!) },
      { work: 'a part', by: 'parse, look a named key up (warm)', ...lookUp(sealer, named) },
      { work: 'a part', by: 'parse, look a wrapped key up, cached (warm)', ...lookUp(wrapping, wrapped) },
      { work: 'a part', by: 'encode a context that was seen before', run: () => wrapContextBytes(pairs) },
      { work: 'a part', by: 'encode a new context', run: () => wrapContextBytes({ ...pairs, scope: String(id++) }) },
    ]
  }

  return [
    ...(await payload('1 KiB', invoice(1024), [1.8, 2.2])),
    ...(await payload('64 KiB', invoice(64 * 1024), [1.3, 1.5])),
    ...(await fields()),
    ...(await streams()),
    ...(await parts()),
  ]
}

async function drain(stream: ReadableStream<Uint8Array>): Promise<number> {
  let bytes = 0
  for await (const chunk of stream) bytes += chunk.length
  return bytes
}

const collect = async (stream: ReadableStream<Uint8Array>): Promise<Uint8Array> => Buffer.concat(await Array.fromAsync(stream))

function* cut(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size)
}

/** The same stream under the name that the web platform's types know it by. */
const streamOf = (chunks: Iterable<Uint8Array>) => NodeStream.from(chunks) as unknown as ReadableStream<Uint8Array>
