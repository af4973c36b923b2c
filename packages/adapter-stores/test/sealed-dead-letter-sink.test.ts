import { type KeySource, WaxsealError } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import {
  type DeadLetterRow,
  type DeadLetterSinkOptions,
  memoryDeadLetterStore,
  redactFields,
  type StoreEvent,
  sealedDeadLetterSink,
} from '../src/index.ts'
import { app, codeOf, keys, sealer, sealerWith } from './sealers.ts'

const payload = { to: 'ada@example.com', password: 'hunter2-hunter2' }
const letter = { kind: 'send_email', tenant: 'acme', payload, attempts: 5 }

function sinks(options: Partial<DeadLetterSinkOptions> = {}, name?: string) {
  let at = 1000
  const inner = memoryDeadLetterStore({ name })
  const sink = sealedDeadLetterSink(inner, { sealer, app, now: () => at++, ...options })
  const row = async (id: string) => (await inner.read()).rows.find((row) => row.id === id) as DeadLetterRow
  return { inner, sink, row }
}

describe('sealedDeadLetterSink', () => {
  it('gives back what was pushed, with its error, and shows the store neither', async () => {
    const { inner, sink } = sinks()
    const error = Object.assign(new TypeError('no mailbox of ada@example.com'), { code: 'E_MAIL', cause: { to: payload.to } })
    const first = await sink.push({ ...letter, error })
    await sink.push({ kind: 'charge', payload: null })
    expect(JSON.stringify((await inner.read()).rows)).not.toMatch(/ada|hunter|TypeError|E_MAIL/)
    expect(await sink.len()).toBe(2)
    expect(await sink.isEmpty()).toBe(false)
    const { letters, unopened } = await sink.drain()
    expect(letters[0]).toMatchObject({ ...first, payload, attempts: 5 })
    expect(letters[0]?.error).toMatchObject({
      name: 'TypeError',
      message: error.message,
      code: 'E_MAIL',
      cause: { to: payload.to },
    })
    expect(letters[1]).toMatchObject({ kind: 'charge', payload: null, error: null, attempts: 1 })
    expect(unopened).toEqual([])
    expect(await sink.isEmpty()).toBe(true)
    expect(await sink.drain()).toEqual({ letters: [], unopened: [] })
  })

  it('loses no letter to an error whose text was cut within a character', async () => {
    const { sink } = sinks()
    for (const error of [new Error('no mailbox 🔑'.slice(0, -1)), '\ud83d', { data: ['\ud83d'] }])
      await sink.push({ ...letter, error })
    const { letters } = await sink.drain()
    expect(letters.map(({ payload }) => payload)).toEqual([payload, payload, payload])
    expect(letters[0]?.error).toMatchObject({ message: 'no mailbox \ufffd' })
    expect(letters[2]?.error).toEqual({ data: ['\ufffd'] })
  })

  it('redacts payload and error before they are sealed', async () => {
    const { sink, row } = sinks({ redact: redactFields(['password', 'token']) })
    const { id } = await sink.push({ ...letter, error: Object.assign(new Error('x'), { token: 'secret' }) })
    const context = { app, store: 'dead-letters', kind: 'send_email', id, tenant: 'acme' }
    expect(await sealer.open((await row(id)).value.sealed!, { context })).toMatchObject({
      payload: { to: payload.to, password: '[REDACTED]' },
      error: { message: 'x', token: '[REDACTED]' },
    })
  })

  it.each<[string, Partial<DeadLetterRow>]>([
    ['another id', {}],
    ['another kind', { kind: 'charge' }],
    ['another tenant', { tenant: '' }],
    ['a namespace', { namespace: 'ns' }],
  ])('leaves a letter under %s where it is, tells it, and gives the others', async (_, other) => {
    const events: StoreEvent[] = []
    const { inner, sink, row } = sinks({ onEvent: (event) => events.push(event) })
    await sink.push({ ...letter, id: 'a' })
    await inner.push({ ...(await row('a')), ...other, id: 'b', at: 0 })
    const { letters, unopened } = await sink.drain({ limit: 1 })
    expect(letters.map(({ id }) => id)).toEqual(['a'])
    expect(unopened).toMatchObject([{ id: 'b', unopened: 'open_failed' }])
    expect(events).toMatchObject([{ event: 'refused', store: 'dead-letters', code: 'open_failed' }])
    expect(await sink.len()).toBe(1)
    expect((await sink.read()).letters).toMatchObject([{ id: 'b', unopened: 'open_failed' }])
    expect(await sink.remove(['b'])).toEqual(['b'])
    expect(await sink.isEmpty()).toBe(true)
  })

  it('refuses a letter of another store, and one in clear', async () => {
    const [one, two] = [sinks(), sinks({}, 'dead-letters-2')]
    const { id } = await one.sink.push(letter)
    await two.inner.push(await one.row(id))
    await two.inner.push({ ...(await one.row(id)), id: 'clear', value: { clear: JSON.stringify({ payload, error: null }) } })
    const { letters, unopened } = await two.sink.drain()
    expect(letters).toEqual([])
    expect(unopened.map(({ unopened }) => unopened).sort()).toEqual(['open_failed', 'plaintext_rejected'])
    expect(await two.sink.len()).toBe(2)
  })

  it('takes out letters in clear within a window, also those of others that are a payload alone', async () => {
    const { inner, sink } = sinks({
      plaintext: { send_email: { allowUntil: new Date(Date.now() + 1000), allowIf: () => true } },
    })
    const row = { kind: 'send_email', namespace: '', tenant: '', at: 1, attempts: 1 }
    await inner.push({ ...row, id: 'a', value: { clear: JSON.stringify({ payload, error: 'x' }) } })
    await inner.push({ ...row, id: 'b', value: { clear: JSON.stringify(payload) } })
    const { letters } = await sink.drain()
    expect(letters).toMatchObject([
      { payload, error: 'x' },
      { payload, error: null },
    ])
  })

  it('gives each letter to one of many that drain', async () => {
    const { sink } = sinks()
    for (let at = 0; at < 450; at++) await sink.push({ ...letter, id: `l${at}` })
    const drained = await Promise.all([sink.drain(), sink.drain(), sink.drain({ limit: 10 })])
    const ids = drained.flatMap(({ letters }) => letters.map(({ id }) => id))
    expect(ids).toHaveLength(450)
    expect(new Set(ids).size).toBe(450)
    expect(await sink.isEmpty()).toBe(true)
  })

  it('loses nothing in an outage of the keys, and stops asking', async () => {
    let asked = 0
    let down = false
    const flaky: KeySource = {
      ...keys,
      resolve: (...call) => {
        if (!down) return keys.resolve(...call)
        asked++
        throw new WaxsealError('provider_unavailable', 'down')
      },
    }
    const { sink } = sinks({ sealer: sealerWith({ keys: flaky }) })
    for (let at = 0; at < 450; at++) await sink.push(letter)
    down = true
    const { letters, unopened } = await sink.drain()
    expect(letters).toEqual([])
    expect(unopened).toHaveLength(200)
    expect(asked).toBeLessThanOrEqual(200)
    down = false
    expect((await sink.drain()).letters).toHaveLength(450)
  })

  it('stores nothing where sealing or redaction fails', async () => {
    const reader = sinks({ sealer: sealerWith({ mode: 'open-only' }) })
    expect(await codeOf(() => reader.sink.push(letter))).toBe('sealing_disabled')
    const failing = sinks({ redact: () => Promise.reject(new Error('x')) })
    expect(await codeOf(() => failing.sink.push(letter))).toBe('config')
    for (const { inner } of [reader, failing]) expect(await inner.count()).toBe(0)
    for (const wrong of [{ kind: '' }, { attempts: -1 }, { payload: undefined }] as never[])
      expect(await codeOf(() => sinks().sink.push(Object.assign({}, letter, wrong)))).not.toBe('ok')
    expect(await codeOf(() => sinks().sink.drain({ limit: 0 }))).toBe('config')
  })
})
