import { createDedupKey, createSealer, generateKey, staticKeys, WaxsealError } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import { createPayloads, type JobEvent, type SealOptions } from '../src/index.js'

const keys = staticKeys([{ kid: 'k1', key: generateKey() }])
const sealer = createSealer({ keys })
const make = (more: Partial<SealOptions> = {}) => createPayloads({ sealer, app: 'shop', ...more })
const data = { card: '4242 4242 4242 4242', amount: 5 }
const job = { name: 'pay', data }
const envelope = expect.stringMatching(/^wax1\./)

describe('data', () => {
  it('is one envelope beside its job type, or a document with sealed fields', async () => {
    const whole = await make().sealData(job)
    expect(whole).toEqual({ $sealed: envelope, $job: 'pay' })
    expect(await make().openData({ ...job, data: whole })).toEqual(data)
    const fields = make({ policy: { fields: ['/card'] } })
    const document = await fields.sealData(job)
    expect(document).toEqual({ card: '[sealed]', amount: 5, $wax: envelope, $job: 'pay' })
    expect(await fields.openData({ ...job, data: document })).toEqual(data)
    // A policy that came later opens what was sealed whole before it.
    expect(await fields.openData({ ...job, data: whole })).toEqual(data)
  })

  it('is sealed whole where it is no object, policy or not', async () => {
    const payloads = make({ policy: { fields: ['/card'] } })
    for (const value of [null, [1], 'text', 7]) {
      const stored = await payloads.sealData({ name: 'pay', data: value })
      expect(stored).toEqual({ $sealed: envelope, $job: 'pay' })
      expect(await payloads.openData({ name: 'pay', data: stored })).toEqual(value)
    }
  })

  it('is sealed as it was given, whatever becomes of it meanwhile', async () => {
    const slow = { ...keys, current: async (...call: Parameters<typeof keys.current>) => keys.current(...call) }
    for (const policy of [undefined, { fields: ['/card'] }]) {
      const payloads = make({ sealer: createSealer({ keys: slow }), policy })
      const given = { card: { number: '4242' }, amount: 5 }
      const sealing = payloads.sealData({ name: 'pay', data: given })
      given.card.number = '0000'
      given.amount = 0
      expect(await payloads.openData({ name: 'pay', data: await sealing })).toEqual({ card: { number: '4242' }, amount: 5 })
    }
  })

  it('opens as the type that the adapter vouches for, whatever stands beside it', async () => {
    const stored = (await make().sealData(job)) as object
    const other = { name: 'refund', data: { ...stored, $job: 'refund' } }
    await expect(make().openData(other)).rejects.toMatchObject({ code: 'open_failed' })
    await expect(make({ app: 'bank' }).openData({ ...job, data: stored })).rejects.toMatchObject({ code: 'open_failed' })
    expect(await make().openData({ name: 'pay', data: { ...stored, $job: 'refund' } })).toEqual(data)
  })

  it('asks settings of what the producer gave, as JSON, and of what is stored', async () => {
    const seen: unknown[] = []
    const payloads = make({
      policy: { fields: ['/card'] },
      app: (asked) => {
        seen.push(asked)
        return 'shop'
      },
    })
    const at = new Date(0)
    const stored = await payloads.sealData({ name: 'pay', queue: 'q', data: { card: '1', at }, options: { priority: 1 } })
    expect(seen).toEqual([{ name: 'pay', queue: 'q', data: { card: '1', at: at.toISOString() }, options: { priority: 1 } }])
    await payloads.openData({ name: 'pay', queue: 'q', data: stored })
    expect(seen.at(-1)).toEqual({ name: 'pay', queue: 'q', data: stored })
  })

  it('with fields sealed is no data in clear to a reader without a policy, whatever its window', async () => {
    const window = { allowUntil: new Date(Date.now() + 60_000) }
    for (const form of ['bundle', 'inline'] as const) {
      const document = await make({ policy: { fields: ['/card'], form } }).sealData(job)
      const open = make({ plaintext: { pay: window } }).openData({ ...job, data: document })
      await expect(open).rejects.toMatchObject({ code: 'plaintext_rejected' })
    }
  })

  it('in clear is refused, and read within a window of its queue or type', async () => {
    const window = { allowUntil: new Date(Date.now() + 60_000) }
    const closed = { allowUntil: new Date(Date.now() - 1) }
    const refused = expect.objectContaining({ code: 'plaintext_rejected' })
    await expect(make().openData(job)).rejects.toEqual(refused)
    await expect(make({ plaintext: { mail: window } }).openData(job)).rejects.toEqual(refused)
    await expect(make({ plaintext: { pay: closed } }).openData(job)).rejects.toEqual(refused)
    await expect(make({ plaintext: { pay: window } }).openData({ ...job, queue: 'other' })).rejects.toEqual(refused)
    expect(await make({ plaintext: { pay: window } }).openData(job)).toEqual(data)
    expect(await make({ plaintext: { q: window } }).openData({ ...job, queue: 'q' })).toEqual(data)
    expect(await make({ plaintext: ({ name }) => (name === 'pay' ? window : undefined) }).openData(job)).toEqual(data)
    // Names of the prototype are no queues.
    await expect(make({ plaintext: {} }).openData({ ...job, name: 'constructor' })).rejects.toEqual(refused)
  })

  it('may be stored as it is', async () => {
    const payloads = make({ write: ({ name }) => (name === 'pay' ? 'plaintext' : 'sealed') })
    expect(await payloads.sealData(job)).toBe(data)
    expect(await payloads.sealValue(job, 'result', data)).toBe(data)
    expect(await payloads.sealText(job, 'log', 'line')).toBe('line')
    const error = new Error('x')
    expect(await payloads.sealError(job, error)).toBe(error)
    expect(await payloads.sealData({ ...job, name: 'mail' })).toHaveProperty('$sealed')
  })
})

describe('values, texts and errors', () => {
  it('are each of their surface', async () => {
    const payloads = make()
    const result = await payloads.sealValue(job, 'result', data)
    expect(await payloads.openValue(job, 'result', result)).toEqual(data)
    await expect(payloads.openValue(job, 'progress', result)).rejects.toMatchObject({ code: 'open_failed' })
    const line = await payloads.sealText(job, 'log', 'line')
    expect(line).toEqual(envelope)
    expect(await payloads.openText(job, 'log', line)).toBe('line')
    await expect(payloads.openText(job, 'log', 'in clear')).rejects.toMatchObject({ code: 'plaintext_rejected' })
  })

  it('keep of an error a name in clear and everything for whoever has the key', async () => {
    const cause = new Error('cause 4242')
    const error = Object.assign(new TypeError('card 4242', { cause }), { card: 4242 })
    const stored = await make().sealError(job, error)
    expect(stored).toEqual({ name: 'TypeError', message: '[sealed]', $error: envelope, $job: 'pay' })
    const opened = { name: 'TypeError', message: 'card 4242', stack: error.stack, card: 4242, cause: { message: 'cause 4242' } }
    expect(await make().openError(job, stored)).toMatchObject(opened)
    expect(await make({ errors: 'scrub' }).sealError(job, error)).toEqual({ name: 'TypeError', message: '[sealed]' })
    await expect(make().openError(job, { name: 'Error', message: 'in clear' })).rejects.toMatchObject({
      code: 'plaintext_rejected',
    })
  })

  it('lose the details of an error that cannot be sealed, and say so', async () => {
    const events: JobEvent[] = []
    const onEvent = (event: JobEvent) => events.push(event)
    const disabled = make({ sealer: createSealer({ keys, mode: 'open-only' }), onEvent })
    expect(await disabled.sealError(job, new TypeError('card 4242'))).toEqual({ name: 'TypeError', message: '[sealed]' })
    await make({ onEvent }).sealError(job, Object.assign(new Error('x'), { big: 1n }))
    expect(make({ onEvent, errors: 'scrub' }).dropError(new Error('x'))).toEqual({ name: 'Error', message: '[sealed]' })
    expect(events).toEqual([{ event: 'scrubbed', surface: 'error', code: 'sealing_disabled' }])
  })

  it('share a place where they share key and context', async () => {
    const payloads = make({ scope: ({ data }) => (data as { tenant?: string }).tenant })
    const place = (name: string, tenant: string) => payloads.placeOf({ name, data: { tenant } })
    expect(place('pay', 'a')).toBe(place('pay', 'a'))
    expect(new Set([place('pay', 'a'), place('pay', 'b'), place('mail', 'a')]).size).toBe(3)
  })
})

describe('what stands in clear', () => {
  it('is sealed in the form in which it would have been stored', async () => {
    const payloads = make()
    expect(await payloads.openData({ ...job, data: await payloads.sealStored(job, 'data', data) })).toEqual(data)
    expect(await payloads.openValue(job, 'result', await payloads.sealStored(job, 'result', data))).toEqual(data)
    expect(await payloads.openText(job, 'log', (await payloads.sealStored(job, 'log', 'line')) as string)).toBe('line')
    const error = { name: 'CardError', message: 'card 4242', stack: 'at pay' }
    const stored = await payloads.sealStored(job, 'error', error)
    expect(stored).toEqual({ name: 'CardError', message: '[sealed]', $error: envelope, $job: 'pay' })
    expect(await payloads.openError(job, stored)).toEqual(error)
  })

  it('keeps the details of an error that cannot be sealed now', async () => {
    const disabled = make({ sealer: createSealer({ keys, mode: 'open-only' }) })
    await expect(disabled.sealStored(job, 'error', { message: 'x' })).rejects.toMatchObject({ code: 'sealing_disabled' })
  })
})

describe('keys that hosts compare', () => {
  it('are keyed hashes by job type and scope, where dedup is set', async () => {
    const dedup = createDedupKey({ keys, key: { kid: 'k1' } })
    const one = await make({ dedup }).dedupKey(job, 'order 7')
    expect(one).toMatch(/^[A-Za-z0-9_-]{22}$/)
    expect(await make({ dedup }).dedupKey({ name: 'pay' }, 'order 7')).toBe(one)
    expect(await make({ dedup }).dedupKey({ name: 'mail' }, 'order 7')).not.toBe(one)
    expect(await make().dedupKey(job, 'order 7')).toBe('order 7')
    expect(await make({ dedup, write: 'plaintext' }).dedupKey(job, 'order 7')).toBe('order 7')
  })
})

describe('options', () => {
  it.each([[{ sealer: {} }], [{ sealer: undefined }], [{ app: '' }], [{ app: undefined }]])('refuse %j', (wrong) => {
    expect(() => make(wrong as never)).toThrow(expect.objectContaining({ code: 'config' }))
  })

  it('tell onEvent codes and no data, and go on where it throws', () => {
    const events: JobEvent[] = []
    expect(make({ onEvent: (event) => events.push(event) }).refuse('data', new WaxsealError('open_failed', 'secret'))).toBe(true)
    expect(make({ onEvent: (event) => events.push(event) }).refuse('data', new Error('secret'))).toBe(false)
    expect(events).toEqual([
      { event: 'refused', surface: 'data', code: 'open_failed' },
      { event: 'deferred', surface: 'data' },
    ])
    const throwing = make({
      onEvent: () => {
        throw new Error('listener')
      },
    })
    expect(() => throwing.refuse('data', new WaxsealError('open_failed', 'x'))).not.toThrow()
  })
})
