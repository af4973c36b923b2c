import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AuditKeys, auditKeys } from '../src/chain.ts'
import type { Head, StoredRecord } from '../src/index.ts'
import { createAuditTrail } from '../src/index.ts'
import type { ReadableSink } from '../src/sink.ts'
import { memorySink } from '../src/testing.ts'
import { verifyStream } from '../src/verify.ts'
import { clock, keys } from './keys.ts'

const entries = fc.array(
  fc.record(
    {
      actor: fc.stringMatching(/^[a-z]{1,8}$/),
      operation: fc.constantFrom('key.create', 'key.rotate', 'key.destroy'),
      subject: fc.stringMatching(/^[a-zä-ü€"\\]{1,8}$/u),
      version: fc.nat(),
      scope: fc.stringMatching(/^[a-z:]{1,8}$/),
      outcome: fc.constantFrom('ok', 'denied', 'throttled'),
      requestId: fc.stringMatching(/^[a-z0-9]{1,8}$/),
      details: fc.dictionary(
        fc.stringMatching(/^[a-z]{1,4}$/),
        fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null)),
      ),
    },
    { requiredKeys: ['actor', 'operation'] },
  ),
  { minLength: 2, maxLength: 12 },
)

async function written(list: readonly Parameters<ReturnType<typeof createAuditTrail>['append']>[0][]) {
  const sink = memorySink()
  const trail = createAuditTrail({ sink, keys, now: clock() })
  for (const entry of list) await trail.append(entry)
  return { sink, records: sink.records, trail, checkpoint: await trail.checkpoint() }
}

const flipped = (text: string, at: number): string => {
  const i = at % text.length
  return text.slice(0, i) + String.fromCharCode(text.charCodeAt(i) ^ 1) + text.slice(i + 1)
}

/** Every way to change one record, each into something else. */
const changes: Record<string, (record: StoredRecord, at: number) => StoredRecord> = {
  ...Object.fromEntries(
    (['stream', 'actor', 'operation', 'outcome', 'keyId', 'text', 'previous', 'hash'] as const).map((column) => [
      column,
      (record: StoredRecord, at: number) => ({ ...record, [column]: flipped(record[column], at) }),
    ]),
  ),
  ...Object.fromEntries(
    (['subject', 'scope', 'requestId'] as const).flatMap((column) => [
      [
        column,
        (record: StoredRecord, at: number) => ({
          ...record,
          [column]: record[column] === null ? 'x' : flipped(record[column], at),
        }),
      ],
      [`${column} away`, (record: StoredRecord) => ({ ...record, [column]: record[column] === null ? '' : null })],
    ]),
  ),
  seq: (record, at) => ({ ...record, seq: record.seq + 1 + at }),
  at: (record, at) => ({ ...record, at: record.at + 1 + at }),
  version: (record) => ({ ...record, version: record.version === null ? 0 : record.version + 1 }),
  'text and column': (record) => ({
    ...record,
    actor: 'mallory',
    text: record.text.replace(JSON.stringify(record.actor), '"mallory"'),
  }),
  'text to none': (record) => ({ ...record, text: '' }),
}

describe('verify', () => {
  it('passes what was written', async () => {
    await fc.assert(
      fc.asyncProperty(entries, async (list) => {
        const { trail, checkpoint } = await written(list)
        const verdict = { ok: true, last: list.length, hash: checkpoint.hash }
        expect(await trail.verify({ checkpoints: [checkpoint] })).toEqual({ ...verdict, records: list.length })
        expect(await trail.verify({ since: checkpoint })).toEqual({ ...verdict, records: 0 })
      }),
    )
  })

  it.each(Object.keys(changes))('names the first record whose %s was changed', async (name) => {
    await fc.assert(
      fc.asyncProperty(entries, fc.nat(), fc.nat(999), async (list, which, at) => {
        const { records, trail } = await written(list)
        const i = which % list.length
        records[i] = changes[name]!(records[i]!, at)
        // Of the memory sink: a record of another stream is not of this one's records.
        const gone = name === 'stream'
        const verdict = await trail.verify()
        if (gone && i === list.length - 1) expect(verdict).toMatchObject({ ok: true, last: i })
        else expect(verdict).toMatchObject({ ok: false, last: i, flaw: { seq: i + 1 } })
      }),
      { numRuns: 30 },
    )
  })

  it('names the first that was removed, swapped, doubled, put in or cut off', async () => {
    await fc.assert(
      fc.asyncProperty(entries, fc.nat(), fc.nat(), async (list, a, b) => {
        const fresh = () => written(list)
        const [i, j] = [a % list.length, b % list.length].sort((x, y) => x - y) as [number, number]

        const removed = await fresh()
        removed.records.splice(i, 1)
        const last = i === list.length - 1
        expect(await removed.trail.verify({ checkpoints: [removed.checkpoint] })).toMatchObject({
          flaw: { seq: i + 1, reason: last ? 'truncated' : 'missing' },
        })

        const cut = await fresh()
        cut.records.splice(i)
        expect(await cut.trail.verify()).toMatchObject({ ok: true, last: i })
        expect(await cut.trail.verify({ checkpoints: [cut.checkpoint] })).toMatchObject({
          flaw: { seq: i + 1, reason: 'truncated' },
        })
        // Written on behind the cut, by somebody who has the key: only the checkpoint tells.
        while (cut.records.length < list.length) await cut.trail.append({ actor: 'mallory', operation: 'key.create' })
        expect(await cut.trail.verify({ checkpoints: [cut.checkpoint] })).toMatchObject({
          flaw: { seq: list.length, reason: 'rewritten' },
        })

        const doubled = await fresh()
        doubled.records.splice(i, 0, doubled.records[i]!)
        expect(await doubled.trail.verify()).toMatchObject({ flaw: { seq: i + 2, reason: 'changed' } })

        const inserted = await fresh()
        inserted.records.splice(i, 0, { ...inserted.records[j]!, seq: i + 1 })
        expect(await inserted.trail.verify()).toMatchObject({ flaw: { seq: i === j ? i + 2 : i + 1, reason: 'changed' } })

        if (i !== j) {
          const swapped = await fresh()
          const { records } = swapped
          ;[records[i], records[j]] = [records[j]!, records[i]!]
          expect(await swapped.trail.verify()).toMatchObject({ flaw: { seq: i + 1, reason: 'missing' } })
          const renumbered = await fresh()
          const [x, y] = [renumbered.records[i]!, renumbered.records[j]!]
          renumbered.records[i] = { ...y, seq: x.seq }
          renumbered.records[j] = { ...x, seq: y.seq }
          expect(await renumbered.trail.verify()).toMatchObject({ flaw: { seq: i + 1, reason: 'changed' } })
        }
      }),
    )
  })

  it('finds a trail that was computed anew without the key', async () => {
    const { records, trail } = await written([{ actor: 'a', operation: 'b' }])
    const forger = memorySink()
    await createAuditTrail({ sink: forger, keys: { id: 'a1', key: new Uint8Array(32).fill(7) } }).append({
      actor: 'x',
      operation: 'b',
    })
    records[0] = forger.records[0]!
    expect(await trail.verify()).toMatchObject({ flaw: { seq: 1, reason: 'changed' } })
  })

  it('refuses checkpoints that are not genuine', async () => {
    const { trail, checkpoint } = await written([{ actor: 'a', operation: 'b' }])
    const forged = { ...checkpoint, seq: 9 }
    expect(await trail.verify({ checkpoints: [forged] })).toMatchObject({ flaw: { seq: 9, reason: 'checkpoint' } })
    expect(await trail.verify({ since: forged })).toMatchObject({ flaw: { seq: 9, reason: 'checkpoint' } })
    expect(await trail.verify({ checkpoints: [null as never] })).toMatchObject({ flaw: { seq: 0, reason: 'checkpoint' } })
  })

  it('finds what was put in before the first record', async () => {
    for (const seq of [0, -1, Number.NaN]) {
      const { records, trail } = await written([{ actor: 'a', operation: 'b' }])
      records.unshift({ ...records[0]!, seq })
      expect(await trail.verify()).toMatchObject({ flaw: { seq: 1, reason: 'changed' } })
    }
  })

  it('finds it also from a checkpoint of the empty trail', async () => {
    const sink = memorySink()
    const trail = createAuditTrail({ sink, keys })
    const since = await trail.checkpoint()
    await trail.append({ actor: 'a', operation: 'b' })
    sink.records.unshift({ ...sink.records[0]!, seq: 0 })
    expect(await trail.verify({ since })).toMatchObject({ flaw: { seq: 1, reason: 'changed' } })
  })

  it('compares the head also where no record was read', async () => {
    const sink = memorySink()
    const forged = (head: Head) => createAuditTrail({ sink: { ...sink, head: async () => head }, keys })
    const hash = 'f'.repeat(64)
    expect(await forged({ seq: 0, hash }).verify()).toMatchObject({ flaw: { seq: 0, reason: 'head' } })
    const trail = createAuditTrail({ sink, keys })
    await trail.append({ actor: 'a', operation: 'b' })
    const since = await trail.checkpoint()
    expect(await trail.verify({ since })).toMatchObject({ ok: true, records: 0 })
    expect(await forged({ seq: 1, hash }).verify({ since })).toMatchObject({ flaw: { seq: 1, reason: 'head' } })
    expect(await forged({ seq: 0, hash }).verify({ since })).toMatchObject({ flaw: { seq: 1, reason: 'truncated' } })
    for (const seq of [Number.NaN, -1]) {
      expect(await forged({ seq, hash }).verify({ since })).toMatchObject({ flaw: { reason: 'head' } })
      expect(await forged({ seq, hash }).verify()).toMatchObject({ flaw: { reason: 'head' } })
    }
  })

  it('takes the checkpoints of years, also of a trail that rests', async () => {
    const { sink, checkpoint } = await written([{ actor: 'a', operation: 'b' }])
    // Real signatures would take seconds.
    const quick: AuditKeys = { ...auditKeys([keys]), checkpointHash: () => checkpoint.signature }
    const resting = Array.from({ length: 150_000 }, (_, at) => ({ ...checkpoint, at }))
    expect(await verifyStream(quick, sink as ReadableSink, 'main', { checkpoints: resting })).toMatchObject({ ok: true })
    const growing = resting.map((one, i) => ({ ...one, seq: i + 1 }))
    const flaw = { seq: 2, reason: 'truncated' }
    expect(await verifyStream(quick, sink as ReadableSink, 'main', { checkpoints: growing })).toMatchObject({ flaw })
  })

  it('reads pages, tells of them, and stops when told', async () => {
    const { trail } = await written(Array.from({ length: 10_001 }, () => ({ actor: 'a', operation: 'b' })))
    const progress: number[] = []
    expect(await trail.verify({ onProgress: (last) => progress.push(last) })).toMatchObject({ ok: true, records: 10_001 })
    expect(progress).toEqual([5_000, 10_000, 10_001])
    await expect(trail.verify({ signal: AbortSignal.abort() })).rejects.toThrow()
  })
})
