import { describe, expect, it, vi } from 'vitest'
import {
  createSealer,
  fieldPolicy,
  type LegacyReader,
  type MigrationWindow,
  type SealerEvent,
  WaxsealError,
} from '../src/index.ts'
import { createTestSealer } from '../src/testing.ts'
import { context, inDays, keys, NOW, outcome, utf8 } from './fixtures.ts'

/** `old:` and JSON; `old!` is damaged. Its bytes begin with 0x0d. */
const old: LegacyReader = {
  name: 'old',
  commits: false,
  detects: (value) =>
    typeof value === 'string' ? /^old[:!]/.test(value) : value instanceof Uint8Array ? value[0] === 13 : isCell(value),
  open(value) {
    if (value instanceof Uint8Array) return value.slice(1)
    if (isCell(value)) return JSON.parse(value.old)
    if (!`${value}`.startsWith('old:')) throw new WaxsealError('open_failed', 'it does not open')
    return JSON.parse(`${value}`.slice(4))
  },
}
const isCell = (value: unknown): value is { old: string } => typeof value === 'object' && value !== null && 'old' in value
const later: LegacyReader = {
  name: 'later',
  commits: true,
  detects: (value) => `${value}`.startsWith('later:'),
  open: async (value) => `${value}`.slice(6),
}

function migrating(options: { legacy?: readonly LegacyReader[] } = {}) {
  const events: SealerEvent[] = []
  const sealer = createTestSealer({
    keys,
    suite: 'chacha20-poly1305',
    legacy: [old, later],
    now: () => NOW,
    onEvent: (event) => events.push(event),
    ...options,
  })
  return { sealer, events }
}
const window = (more: Partial<MigrationWindow> = {}): MigrationWindow => ({ allowUntil: inDays(1), ...more })

describe('readers of other layouts, for values', () => {
  it('open within a window, and tell which of them did', async () => {
    const { sealer, events } = migrating()
    const onPlaintext = vi.fn()
    const call = { context, plaintext: window({ onPlaintext }) }
    expect(await sealer.open('old:{"card":1}', call)).toEqual({ card: 1 })
    expect(await sealer.open('later:x', call)).toBe('x')
    expect(await sealer.open({ old: '[1]' } as never, call)).toEqual([1])
    expect(await sealer.open('plain', call)).toBe('plain')
    expect(onPlaintext.mock.calls).toEqual([['old'], ['later'], ['old'], [undefined]])
    expect(events).toEqual([
      { operation: 'legacy', outcome: 'ok', reader: 'old' },
      { operation: 'legacy', outcome: 'ok', reader: 'later' },
      { operation: 'legacy', outcome: 'ok', reader: 'old' },
      { operation: 'plaintext', outcome: 'ok' },
    ])
  })

  it('open nothing outside a window', async () => {
    const { sealer } = migrating()
    for (const value of ['old:1', 'later:x', Uint8Array.of(13, 1)]) {
      expect(await outcome(() => sealer.open(value as string, { context }))).toBe('plaintext_rejected')
      const closed = { context, plaintext: window({ allowUntil: inDays(-1) }) }
      expect(await outcome(() => sealer.open(value as string, closed))).toBe('plaintext_rejected')
    }
  })

  it('never give as plaintext what they detect and cannot open', async () => {
    const { sealer, events } = migrating()
    const onPlaintext = vi.fn()
    const call = { context, plaintext: window({ onPlaintext, allowIf: () => true }) }
    expect(await outcome(() => sealer.open('old!', call))).toBe('open_failed')
    // The error of JSON.parse quotes what it read.
    const error = await sealer.open('old:{secret', call).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'open_failed', message: 'the reader old failed' })
    expect(error).not.toHaveProperty('cause')
    expect(onPlaintext).not.toHaveBeenCalled()
    expect(events.map(({ operation, outcome }) => [operation, outcome])).toEqual([
      ['legacy', 'open_failed'],
      ['legacy', 'open_failed'],
    ])
  })

  it('are not asked about envelopes, damaged or not', async () => {
    const greedy = { name: 'greedy', commits: false, detects: () => true, open: () => 'theirs' }
    const { sealer } = migrating({ legacy: [greedy] })
    const sealed = await sealer.seal('ours', { context })
    const call = { context, plaintext: window() }
    expect(await sealer.open(sealed, call)).toBe('ours')
    expect(await outcome(() => sealer.open(`${sealed.slice(0, -1)}~`, call))).toBe('malformed')
    expect(await outcome(() => sealer.open('wax9.x', call))).toBe('unsupported_version')
    expect(await sealer.open('plain', call)).toBe('theirs')
  })

  it('let a window admit them and no plaintext', async () => {
    const { sealer } = migrating()
    const call = { context, plaintext: window({ accept: 'legacy', allowIf: () => true }) }
    expect(await sealer.open('old:1', call)).toBe(1)
    for (const plain of ['plain', Uint8Array.of(1), 7, { a: 1 }])
      expect(await outcome(() => sealer.open(plain as never, call))).toBe('plaintext_rejected')
    expect(await outcome(() => sealer.open('x', { context, plaintext: window({ accept: 'all' as never }) }))).toBe('config')
  })

  it('make bytes pass that one of them detects, and no others', async () => {
    const { sealer } = migrating()
    const call = { context, plaintext: window() }
    expect(await sealer.open(Uint8Array.of(13, 1, 2), call)).toEqual(Uint8Array.of(1, 2))
    expect(await outcome(() => sealer.open(utf8('x'), call))).toBe('plaintext_rejected')
  })

  it('are subject to allowIf, which sees what is stored', async () => {
    const { sealer } = migrating()
    const call = { context, plaintext: window({ allowIf: (value) => value !== 'old:2' }) }
    expect(await sealer.open('old:1', call)).toBe(1)
    expect(await outcome(() => sealer.open('old:2', call))).toBe('plaintext_rejected')
  })

  it('work at once where they can, and say where they cannot', async () => {
    const { sealer } = migrating()
    const call = { context, plaintext: window() }
    expect(sealer.openSync('old:1', call)).toBe(1)
    expect(() => sealer.openSync('later:x', call)).toThrow(/reader later is asynchronous/)
    expect(await outcome(() => sealer.openSync('later:x', call))).toBe('unsupported_suite')
    const failing = { ...later, open: async () => Promise.reject(new WaxsealError('open_failed', 'no')) }
    expect(() => migrating({ legacy: [failing] }).sealer.openSync('later:x', call)).toThrow(/asynchronous/)
  })

  it('hear whose value it should be, and so take no key of another tenant', async () => {
    const keyOf: Readonly<Record<string, string>> = { 'tenant:a': 'a:', 'tenant:b': 'b:' }
    const tenants: LegacyReader = {
      name: 'tenants',
      commits: true,
      detects: (value) => /^[ab]:/.test(`${value}`),
      open(value, { scope }) {
        const key = keyOf[scope ?? '']
        if (key === undefined || !`${value}`.startsWith(key)) throw new WaxsealError('open_failed', 'it does not open')
        return `${value}`.slice(2)
      },
    }
    const { sealer } = migrating({ legacy: [tenants] })
    const call = { context, plaintext: window() }
    expect(await sealer.open('a:x', { ...call, scope: 'tenant:a' })).toBe('x')
    expect(await outcome(() => sealer.open('a:x', { ...call, scope: 'tenant:b' }))).toBe('open_failed')
    expect(await outcome(() => sealer.open('a:x', call))).toBe('open_failed')
    const document = { card: 'a:x' }
    const opened = sealer.openFields(document, { fields: ['/card'] }, { ...call, scope: 'tenant:a' })
    expect(await opened).toEqual({ card: 'x' })
    expect(await outcome(() => sealer.openFields(document, { fields: ['/card'] }, { ...call, scope: 'tenant:b' }))).toBe(
      'open_failed',
    )
  })

  it('hear of the signal, and tell of the context as plaintext does', async () => {
    const signal = new AbortController().signal
    const open = vi.fn(() => 1)
    const { sealer } = migrating({ legacy: [{ ...old, open }] })
    expect(await sealer.open('old:1', { context: { stored: 'any' }, plaintext: window(), details: true, signal })).toEqual({
      value: 1,
      context: 'none',
    })
    expect(open).toHaveBeenCalledExactlyOnceWith('old:1', { scope: undefined, signal })
  })

  it('are checked when the sealer is made', async () => {
    for (const legacy of [old, [{ name: 'x' }], [undefined], [{ ...old, open: 1 }]])
      expect(await outcome(() => createSealer({ keys, legacy: legacy as never }))).toBe('config')
  })
})

describe('readers of other layouts, for documents', () => {
  const { sealer } = migrating()
  const call = { context, plaintext: window() }
  const onlyLegacy = { context, plaintext: window({ accept: 'legacy' as const }) }
  const inline = { fields: ['/card', '/pin'], form: 'inline' as const }
  const bundle = { fields: ['/card', '/pin'] }

  it('open inline fields, beside those that are sealed', async () => {
    const sealed = (await sealer.sealFields({ id: 1, pin: '0000' }, inline, { context })) as object
    const document = { ...sealed, card: 'old:"4242"' }
    expect(await sealer.openFields(document, inline, call)).toEqual({ id: 1, card: '4242', pin: '0000' })
    expect(await sealer.openFields(document, inline, onlyLegacy)).toEqual({ id: 1, card: '4242', pin: '0000' })
    expect(await outcome(() => sealer.openFields(document, inline, { context }))).toBe('plaintext_rejected')
    expect(await outcome(() => sealer.openFields({ ...sealed, card: 'old!' }, inline, call))).toBe('open_failed')
    expect(await outcome(() => sealer.openFields({ ...sealed, card: '4242' }, inline, onlyLegacy))).toBe('plaintext_rejected')
    const own = fieldPolicy({ ...inline, plaintext: { '/card': window({ accept: 'legacy' }) } })
    expect(await sealer.openFields(document, own, { context })).toEqual({ id: 1, card: '4242', pin: '0000' })
  })

  it('open selected fields of a document that is not sealed', async () => {
    const onPlaintext = vi.fn()
    const document = { id: 'old:1', card: 'old:"4242"', pin: '0000' }
    const counted = { context, plaintext: window({ onPlaintext }) }
    expect(await sealer.openFields(document, bundle, counted)).toEqual({ id: 'old:1', card: '4242', pin: '0000' })
    expect(onPlaintext.mock.calls).toEqual([[undefined], ['old']])
    expect(document.card).toBe('old:"4242"')
    expect(await outcome(() => sealer.openFields({ ...document, card: 'old!' }, bundle, call))).toBe('open_failed')
    expect(await outcome(() => sealer.openFields(document, bundle, { context }))).toBe('plaintext_rejected')
  })

  it('alone take no selected field in clear', async () => {
    const document = { id: 1, card: 'old:"4242"' }
    expect(await sealer.openFields(document, bundle, onlyLegacy)).toEqual({ id: 1, card: '4242' })
    for (const plain of [{ ...document, pin: '0000' }, { id: 1 }, { id: 1, card: '4242' }])
      expect(await outcome(() => sealer.openFields(plain, bundle, onlyLegacy))).toBe('plaintext_rejected')
    const refused = { context, plaintext: window({ accept: 'legacy', allowIf: (value) => value !== document }) }
    expect(await outcome(() => sealer.openFields(document, bundle, refused))).toBe('plaintext_rejected')
    expect(await sealer.openFields({ ...document }, bundle, refused)).toEqual({ id: 1, card: '4242' })
  })

  it('open a document that is in their layout as a whole', async () => {
    expect(await sealer.openFields({ old: '{"card":"4242"}' }, bundle, onlyLegacy)).toEqual({ card: '4242' })
    expect(await sealer.openFields([{ card: 'old:1' }], { fields: ['/*/card'] }, onlyLegacy)).toEqual([{ card: 1 }])
  })

  it('open a field that a sealed document has in their layout, where the field has a window', async () => {
    const policy = fieldPolicy({ ...bundle, plaintext: { '/pin': window({ accept: 'legacy' }) } })
    const sealed = (await sealer.sealFields({ id: 1, card: '4242' }, bundle, { context })) as object
    expect(await sealer.openFields({ ...sealed, pin: 'old:"0000"' }, policy, { context })).toEqual({
      id: 1,
      card: '4242',
      pin: '0000',
    })
    expect(await outcome(() => sealer.openFields({ ...sealed, pin: '0000' }, policy, { context }))).toBe('field_not_sealed')
    expect(await outcome(() => sealer.openFields({ ...sealed, pin: 'old!' }, policy, { context }))).toBe('open_failed')
    expect(await outcome(() => sealer.openFields({ ...sealed, pin: 'old:1' }, bundle, { context }))).toBe('field_not_sealed')
  })
})
