import { createSealer, generateKey, staticKeys, WaxsealError } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import { createBodies, type JobEvent } from '../src/index.js'

const keys = staticKeys([{ kid: 'k1', key: generateKey() }])
const sealer = createSealer({ keys })
const seal = { sealer, app: 'shop' }
const bodies = createBodies(seal)
const FORMS = ['string', 'bytes'] as const

/** The attributes in the shapes of the usual clients. */
const shapes = (attributes: Readonly<Record<string, string>>) => {
  const of = (shape: (value: string) => unknown) =>
    Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, shape(value)]))
  return [
    attributes,
    of((StringValue) => ({ DataType: 'String', StringValue })),
    of((value) => Buffer.from(value)),
    new Headers(attributes),
    new Map(Object.entries(attributes)),
  ]
}

describe('the type of a message', () => {
  it.each(['invoice.created', 'größe', ' 値段\r\n', '100%', 'a:b/c*'])('is told by an ASCII attribute: %j', async (job) => {
    for (const as of FORMS) {
      const { body, attributes } = await bodies.seal({ n: 1 }, { job, as })
      expect(attributes['waxseal-job']).toMatch(/^[\x21-\x7e]+$/)
      for (const shape of shapes(attributes))
        expect(await bodies.tryOpen(body, { job: ['refund', job], attributes: shape })).toEqual({
          ok: true,
          value: { n: 1 },
          job,
        })
    }
  })

  it('stays as it is in its attribute where letters pass', async () => {
    expect((await bodies.seal(1, { job: 'shop:order/created' })).attributes['waxseal-job']).toBe('shop:order/created')
  })

  it('is told by the body where attributes do not travel', async () => {
    for (const as of FORMS) {
      const { body } = await bodies.seal({ n: 1 }, { job: 'invoice', as })
      for (const attributes of [undefined, {}, new Headers(), { 'waxseal-job': '%' }])
        expect(await bodies.open(body, { job: ['refund', 'invoice'], attributes })).toEqual({ n: 1 })
    }
  })

  it('is one that the consumer takes, and the one that it was sealed as', async () => {
    for (const as of FORMS) {
      const { body, attributes } = await bodies.seal({ n: 1 }, { job: 'invoice', as })
      const code = async (call: Parameters<typeof bodies.open>[1]) => {
        const opened = await bodies.tryOpen(body, call)
        return opened.ok ? undefined : [(opened.error as WaxsealError).code, opened.retry]
      }
      expect(await code({ job: 'refund' })).toEqual(['open_failed', false])
      expect(await code({ job: ['refund'], attributes })).toEqual(['context_required', false])
      const other = { ...attributes, 'waxseal-job': 'refund' }
      expect(await code({ job: ['refund', 'invoice'], attributes: other })).toEqual(['open_failed', false])
      expect(await code({ job: 'invoice', surface: 'result' })).toEqual(['open_failed', false])
    }
  })
})

describe('a body that does not open', () => {
  it('is refused for good where it is at fault', async () => {
    const { body } = await bodies.seal({ n: 1 }, { job: 'a', as: 'bytes' })
    const damaged = body.with(-1, body.at(-1)! ^ 1)
    const cases: [string | Uint8Array, string][] = [
      ['{"a":1}', 'plaintext_rejected'],
      ['no json', 'malformed'],
      ['', 'malformed'],
      [Uint8Array.of(0xff, 0xfe), 'malformed'],
      [Uint8Array.of(0xc1), 'malformed'],
      [damaged, 'open_failed'],
      [body.subarray(0, -1), 'open_failed'],
    ]
    for (const [given, code] of cases)
      expect(await bodies.tryOpen(given, { job: 'a' })).toMatchObject({ ok: false, retry: false, error: { code } })
    const parsed = { $sealed: 'wax1.' } as unknown as string
    expect(await bodies.tryOpen(parsed, { job: 'a' })).toMatchObject({ retry: false, error: { code: 'malformed' } })
  })

  it('is tried again where the fault is elsewhere, after the time that was asked for', async () => {
    const down = new WaxsealError('throttled', 'too many calls', { retryAfterMs: 1500 })
    const events: JobEvent[] = []
    const failing = createBodies({
      app: 'shop',
      sealer: { ...sealer, open: (() => Promise.reject(down)) as typeof sealer.open },
      onEvent: (event) => events.push(event),
    })
    for (const as of FORMS) {
      const { body } = await bodies.seal({ n: 1 }, { job: 'a', as })
      expect(await failing.tryOpen(body, { job: 'a' })).toEqual({ ok: false, retry: true, afterMs: 1500, error: down })
    }
    const deferred = { event: 'deferred', surface: 'data', code: 'throttled' }
    expect(events).toEqual([deferred, deferred])
    const unnamed = { job: undefined } as unknown as { job: string }
    expect(await bodies.tryOpen('{}', unnamed)).toMatchObject({ retry: true, error: { code: 'config' } })
  })
})

describe('an error', () => {
  const error = Object.assign(new RangeError('no 4242\r\nleft'), { reason: 'declined' })

  it('is one line of ASCII for those without the key', async () => {
    const line = await bodies.sealError(error, 'a')
    expect(line).toMatch(/^RangeError: \[sealed\] wax1\.[\x21-\x7e]+$/)
    expect(await bodies.openError(line, 'a')).toMatchObject({ message: 'no 4242\r\nleft', reason: 'declined' })
    await expect(bodies.openError(line, 'b')).rejects.toMatchObject({ code: 'open_failed' })
    expect(await bodies.openError('Error: something else', 'a')).toBe(undefined)
  })

  it('is one line in clear too', async () => {
    expect(await createBodies({ ...seal, write: 'plaintext' }).sealError(error, 'a')).toBe('RangeError: no 4242 left')
  })
})
