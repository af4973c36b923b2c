import { describe, expect, it } from 'vitest'
import { type AuditEntry, AuditError, type AuditSink, createAuditTrail, isGenuineCheckpoint } from '../src/index.ts'
import { memorySink } from '../src/testing.ts'
import { clock, key, keys } from './keys.ts'

const entry: AuditEntry = { actor: 'svc-deploy', operation: 'key.rotate', subject: 'orders', version: 4 }
const trailOf = (sink = memorySink()) => ({ sink, trail: createAuditTrail({ sink, keys, now: clock() }) })
const code = async (run: () => unknown) => {
  try {
    await run()
  } catch (error) {
    return AuditError.is(error) ? error.code : error
  }
  return 'nothing thrown'
}

describe('append', () => {
  it('numbers the records from 1 on and fills what was left out', async () => {
    const { trail } = trailOf()
    expect(await trail.append(entry)).toEqual({
      stream: 'main',
      seq: 1,
      at: 1_700_000_000_000,
      actor: 'svc-deploy',
      operation: 'key.rotate',
      subject: 'orders',
      version: 4,
      scope: null,
      outcome: 'ok',
      requestId: null,
      details: {},
    })
    expect((await trail.append(entry)).seq).toBe(2)
  })

  it('stores the same text and hash for the same record, for good', async () => {
    const { sink, trail } = trailOf()
    await trail.append({ ...entry, scope: 'tenant:a', outcome: 'denied', requestId: 'r1', details: { b: -0, a: 'ü' } })
    expect(sink.records[0]).toMatchObject({
      text: '["waxseal/v1/audit","a1","main",1,1700000000000,"svc-deploy","key.rotate","orders",4,"tenant:a","denied","r1",{"a":"ü","b":0}]',
      previous: '0'.repeat(64),
      hash: '253e9448abad459e9ea00a1757e6a2c323df8e48c4b02bf47a7f1f8caaeba06b',
    })
    const { text, hash } = sink.records[0]!
    // By another implementation.
    const algorithm = { name: 'HMAC', hash: 'SHA-256' }
    const key = await crypto.subtle.importKey('raw', keys.key, algorithm, false, ['sign'])
    const message = new TextEncoder().encode(`waxseal/v1/audit/record\0${'\0'.repeat(32)}${text}`)
    const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, message))
    expect(Array.from(mac, (byte) => byte.toString(16).padStart(2, '0')).join('')).toBe(hash)
  })

  it('takes what the entry held when it was called', async () => {
    const { trail } = trailOf()
    const changing = { ...entry, details: { n: 1 } }
    const appended = trail.append(changing)
    changing.actor = 'other'
    changing.details.n = 2
    expect(await appended).toMatchObject({ actor: 'svc-deploy', details: { n: 1 } })
  })

  it.each<[string, object]>([
    ['no actor', { actor: undefined }],
    ['an empty actor', { actor: '' }],
    ['a long actor', { actor: 'a'.repeat(256) }],
    ['a long subject', { subject: 'a'.repeat(513) }],
    ['a NUL', { subject: 'a\0' }],
    ['half a character', { subject: '\ud800' }],
    ['half a character in details', { details: { a: '\udc00' } }],
    ['a line end', { actor: 'a\nb' }],
    ["a terminal's command", { requestId: 'a\u009b2J' }],
    ['a line separator', { scope: 'a\u2028b' }],
    ['null as details', { details: null }],
    ['a list as details', { details: ['a'] }],
    ['an empty list as details', { details: [] }],
    ['a Map as details', { details: new Map([['a', 1]]) }],
    ['__proto__ in details', { details: JSON.parse('{"__proto__":1}') }],
    ['an operation of other letters', { operation: 'Key Rotate' }],
    ['a version below 0', { version: -1 }],
    ['an object in details', { details: { a: {} } }],
    ['NaN in details', { details: { a: Number.NaN } }],
    ['a strange name in details', { details: { '1': 1 } }],
    ['too many details', { details: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`n${i}`, i])) }],
  ])('refuses %s, and writes nothing', async (_, part) => {
    const { sink, trail } = trailOf()
    expect(await code(() => trail.append({ ...entry, ...part } as AuditEntry))).toBe('config')
    expect(sink.records).toEqual([])
  })

  it('refuses what is no entry', async () => {
    const { trail } = trailOf()
    for (const wrong of [null, undefined, 'key.rotate']) expect(await code(() => trail.append(wrong as never))).toBe('config')
  })

  it('keeps any text in details, and names that every object has', async () => {
    const { trail } = trailOf()
    const details = { text: 'a\n\u2028\u0001"\\', empty: '', constructor: 1, toString: 'x', hasOwnProperty: null }
    await trail.append({ ...entry, details: Object.assign(Object.create(null), details) })
    expect((await trail.query())[0]?.details).toEqual(details)
  })

  it('signs nothing behind a head that cannot be one', async () => {
    const heads = [Number.NaN, -1, 1.5, Number.MAX_SAFE_INTEGER].map((seq) => ({ seq, hash: 'f'.repeat(64) }))
    for (const head of [...heads, { seq: 0, hash: 'f'.repeat(64) }, { seq: 1, hash: 'F'.repeat(64) }]) {
      const sink: AuditSink = { kind: 'sink', append: async (_, make) => make(head) }
      expect(await code(() => createAuditTrail({ sink, keys }).append(entry))).toBe('tampered')
    }
  })

  it('says in an error what does not fit, not what it was', async () => {
    const { trail } = trailOf()
    await expect(trail.append({ ...entry, details: { note: 'secret\0' } })).rejects.not.toThrow(/secret/)
  })
})

describe('query', () => {
  it('filters and pages', async () => {
    const { trail } = trailOf()
    for (let i = 0; i < 10; i++)
      await trail.append({ actor: i % 2 ? 'odd' : 'even', operation: i < 5 ? 'key.create' : 'key.rotate', subject: `k${i % 3}` })
    const seqs = async (query: object) => (await trail.query(query)).map(({ seq }) => seq)
    expect(await seqs({ subject: 'k0' })).toEqual([1, 4, 7, 10])
    expect(await seqs({ actor: 'odd', operation: 'key.rotate' })).toEqual([6, 8, 10])
    expect(await seqs({ from: 1_700_000_000_002, to: 1_700_000_000_004 })).toEqual([3, 4])
    expect(await seqs({ limit: 3, after: 5 })).toEqual([6, 7, 8])
    expect(await code(() => trail.query({ limit: 1_001 }))).toBe('config')
  })

  it('takes values of the right type only: a database compares others by its own rules', async () => {
    const { trail } = trailOf()
    for (const wrong of [{ subject: 0 }, { actor: ['a'] }, { operation: {} }, { from: 1.5 }, { to: '1' }])
      expect(await code(() => trail.query(wrong as never))).toBe('config')
  })

  it('gives no record that was changed', async () => {
    const { sink, trail } = trailOf()
    await trail.append(entry)
    sink.records[0] = { ...sink.records[0]!, subject: 'other' }
    expect(await code(() => trail.query())).toBe('tampered')
  })
})

describe('checkpoints', () => {
  it('are genuine under the key that signed them only', async () => {
    const { trail } = trailOf()
    await trail.append(entry)
    const checkpoint = await trail.checkpoint()
    expect(checkpoint).toMatchObject({ stream: 'main', seq: 1, keyId: 'a1' })
    expect(isGenuineCheckpoint(checkpoint, keys)).toBe(true)
    expect(isGenuineCheckpoint(JSON.parse(JSON.stringify(checkpoint)), [key('a2', 2), keys])).toBe(true)
    expect(isGenuineCheckpoint(checkpoint, key('a1', 2))).toBe(false)
    expect(isGenuineCheckpoint(checkpoint, key('a2', 1))).toBe(false)
    for (const change of [{ stream: 'b' }, { seq: 2 }, { hash: 'f'.repeat(64) }, { at: 0 }, { signature: '' }])
      expect(isGenuineCheckpoint({ ...checkpoint, ...change }, keys)).toBe(false)
    for (const wrong of [null, undefined, 'x', {}]) expect(isGenuineCheckpoint(wrong as never, keys)).toBe(false)
  })

  it('follow the one before only where all between them is in order', async () => {
    const { sink, trail } = trailOf()
    for (let i = 0; i < 3; i++) await trail.append(entry)
    const first = await trail.checkpoint()
    for (let i = 0; i < 3; i++) await trail.append(entry)
    expect(await trail.checkpoint(first)).toMatchObject({ seq: 6, hash: sink.records[5]!.hash })
    const [changed] = sink.records.splice(3, 1, { ...sink.records[3]!, subject: 'other' })
    expect((await trail.checkpoint()).seq).toBe(6)
    expect(await code(() => trail.checkpoint(first))).toBe('tampered')
    sink.records.splice(3, 1, changed!)
    // Rewound to before the checkpoint.
    sink.records.splice(2)
    expect((await trail.checkpoint()).seq).toBe(2)
    expect(await code(() => trail.checkpoint(first))).toBe('tampered')
    expect(await code(() => trail.checkpoint({ ...first, seq: 2 }))).toBe('tampered')
  })

  it('are not made of a record that was changed', async () => {
    const { sink, trail } = trailOf()
    await trail.append(entry)
    sink.records[0] = { ...sink.records[0]!, hash: 'f'.repeat(64) }
    expect(await code(() => trail.checkpoint())).toBe('tampered')
  })
})

describe('keys', () => {
  it('rotate: the first signs, all verify', async () => {
    const { sink, trail } = trailOf()
    await trail.append(entry)
    const checkpoint = await trail.checkpoint()
    const both = createAuditTrail({ sink, keys: [key('a2', 2), keys] })
    await both.append(entry)
    expect(sink.records.map(({ keyId }) => keyId)).toEqual(['a1', 'a2'])
    expect(await both.verify()).toMatchObject({ ok: true, records: 2 })
    const signed = await both.checkpoint()
    const only = createAuditTrail({ sink, keys: key('a2', 2) })
    expect(await only.verify()).toMatchObject({ flaw: { seq: 1, reason: 'unknown_key' } })
    // The old key is gone: what it signed was verified before.
    await both.append(entry)
    expect(await only.verify({ since: signed })).toMatchObject({ ok: true, records: 1, last: 3 })
    expect(await only.verify({ since: checkpoint })).toMatchObject({ flaw: { seq: 1, reason: 'checkpoint' } })
  })

  it.each<[string, unknown]>([
    ['none', []],
    ['undefined', undefined],
    ['a short one', { id: 'a', key: new Uint8Array(31) }],
    ['zeros', { id: 'a', key: new Uint8Array(32) }],
    ['a strange id', { id: 'A', key: new Uint8Array(32).fill(1) }],
    ['the same id twice', [keys, keys]],
  ])('refuses %s', async (_, wrong) => {
    expect(await code(() => createAuditTrail({ sink: memorySink(), keys: wrong as never }))).toBe('config')
  })

  it('are copied', async () => {
    const own = key('a1', 1)
    const { sink } = trailOf()
    const trail = createAuditTrail({ sink, keys: own })
    own.key.fill(9)
    await trail.append(entry)
    expect(await createAuditTrail({ sink, keys }).verify()).toMatchObject({ ok: true })
  })
})

it('refuses a stream that is no text', async () => {
  expect(await code(() => createAuditTrail({ sink: memorySink(), keys, stream: 5 as never }))).toBe('config')
})

it('is closed after close', async () => {
  const { trail } = trailOf()
  await trail.close()
  await trail.close()
  expect(await code(() => trail.append(entry))).toBe('closed')
})

it('keeps streams apart', async () => {
  const { sink, trail } = trailOf()
  const other = createAuditTrail({ sink, keys, stream: 'other' })
  await trail.append(entry)
  expect((await other.append(entry)).seq).toBe(1)
  expect(await trail.verify()).toMatchObject({ ok: true, records: 1 })
  expect(await other.verify({ checkpoints: [await trail.checkpoint()] })).toMatchObject({ flaw: { reason: 'checkpoint' } })
})
