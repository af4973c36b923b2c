import { describe, expect, it, vi } from 'vitest'
import { WaxsealError } from '../src/errors.ts'
import { concatBytes, lp } from '../src/format/bytes.ts'
import { multi } from '../src/keys/multi-provider.ts'
import { wrapContext } from '../src/keys/service/wrap.ts'
import type { KeyProvider } from '../src/keys/types.ts'
import { createSealer } from '../src/sealer/sealer.ts'
import { bytes, KEY, localService, NOW, OTHER_KEY, outcome, unavailable, utf8 } from './fixtures.ts'

const call = { now: () => NOW }
const service = localService

describe('multi', () => {
  const [east, west] = [service('east', KEY), service('west', OTHER_KEY)]
  const both = multi({ id: 'both', providers: [west, east] })
  const bound = wrapContext('envelope', 'both', 0)
  const denied = () => Promise.reject(new WaxsealError('access_denied', 'no'))

  it.each<[string, () => unknown]>([
    ['none', () => multi({ id: 'm', providers: [] })],
    ['nine', () => multi({ id: 'm', providers: Array.from({ length: 9 }, (_, i) => service(`p${i}`, bytes(32, i))) })],
    ['one id twice', () => multi({ id: 'm', providers: [east, east] })],
    ['an id that is none', () => multi({ id: 'M', providers: [east] })],
    ['a provider’s id that is none', () => service('East', KEY)],
    ['more wraps than services', () => multi({ id: 'm', providers: [east], minWraps: 2 })],
    ['no wrap at all', () => multi({ id: 'm', providers: [east], minWraps: 0 })],
    ['one and a half wraps', () => multi({ id: 'm', providers: [east, west], minWraps: 1.5 })],
  ])('refuses %s', async (_, make) => {
    expect(await outcome(make)).toBe('config')
  })

  it('wraps with all, in the order of ids; any one opens', async () => {
    const wrapped = await both.wrapKey(bytes(32, 9), bound, call)
    expect(Buffer.from(wrapped.subarray(0, 10)).toString('latin1')).toBe('\x01\x02\0\0\0\x04east')
    for (const providers of [[west, east], [east], [west], [east, service('more', bytes(32, 3))]])
      expect(await multi({ id: 'both', providers }).unwrapKey(wrapped, bound, call)).toEqual(bytes(32, 9))
    expect(await outcome(() => multi({ id: 'both', providers: [service('more', KEY)] }).unwrapKey(wrapped, bound, call))).toBe(
      'key_not_found',
    )
    expect(await outcome(() => both.unwrapKey(wrapped, wrapContext('envelope', 'other', 0), call))).toBe('open_failed')
  })

  it.each<[string, KeyProvider['unwrapKey'], string, number]>([
    ['is unavailable', unavailable, 'ok', 1],
    ['is slow', () => Promise.reject(new WaxsealError('timeout', 'slow')), 'ok', 1],
    ['does not authenticate', () => Promise.reject(new WaxsealError('open_failed', 'no')), 'open_failed', 0],
    ['denies access', denied, 'access_denied', 0],
  ])('where the first %s', async (_, unwrapKey, expected, asked) => {
    const next = vi.fn(east.unwrapKey)
    const tried = multi({
      id: 'both',
      providers: [service('west', OTHER_KEY, { unwrapKey }), service('east', KEY, { unwrapKey: next })],
    })
    expect(await outcome(async () => tried.unwrapKey(await both.wrapKey(KEY, bound, call), bound, call))).toBe(expected)
    expect(next).toHaveBeenCalledTimes(asked)
  })

  it('is unavailable where all are', async () => {
    const down = multi({
      id: 'both',
      providers: ['west', 'east'].map((id) => service(id, KEY, { unwrapKey: unavailable })),
    })
    expect(await outcome(async () => down.unwrapKey(await both.wrapKey(KEY, bound, call), bound, call))).toBe(
      'provider_unavailable',
    )
    const wide = multi({ id: 'm', providers: [service('east', KEY, { wrapKey: () => bytes(6144) })] })
    expect(await outcome(() => wide.wrapKey(KEY, bound, call))).toBe('too_large')
  })

  it('makes do with fewer wraps where it may, and only for an outage', async () => {
    const withEast = (wrapKey: KeyProvider['wrapKey'], minWraps?: number) =>
      multi({
        id: 'both',
        providers: [west, service('east', KEY, { wrapKey })],
        ...(minWraps === undefined ? {} : { minWraps }),
      })
    expect(await outcome(() => withEast(unavailable).wrapKey(KEY, bound, call))).toBe('provider_unavailable')
    const wrapped = await withEast(unavailable, 1).wrapKey(KEY, bound, call)
    expect(await both.unwrapKey(wrapped, bound, call)).toEqual(KEY)
    expect(await outcome(() => withEast(denied, 1).wrapKey(KEY, bound, call))).toBe('access_denied')
    expect(await both.status(call)).toBe('available')
  })

  const pair = (id: string, blob = bytes(3)) => concatBytes(lp(utf8(id)), lp(blob))
  const wraps = (count: number, ...pairs: Uint8Array[]) => concatBytes(Uint8Array.of(1, count), ...pairs)
  it.each<[string, Uint8Array]>([
    ['nothing', bytes(0)],
    ['another format', concatBytes(Uint8Array.of(2, 1), pair('east'))],
    ['no wrap', wraps(0)],
    ['nine', wraps(9, ...Array.from({ length: 9 }, (_, i) => pair(`p${i}`)))],
    ['fewer than counted', wraps(2, pair('east'))],
    ['more than counted', wraps(1, pair('east'), pair('west'))],
    ['descending ids', wraps(2, pair('west'), pair('east'))],
    ['an id twice', wraps(2, pair('east'), pair('east'))],
    ['an id that is none', wraps(1, pair('East'))],
    ['an id that is no UTF-8', wraps(1, lp(Uint8Array.of(0xff)), lp(bytes(3)))],
    ['a length beyond the end', concatBytes(Uint8Array.of(1, 1, 255, 255, 255, 255), utf8('east'))],
    ['a byte after it', concatBytes(wraps(1, pair('east')), bytes(1))],
  ])('takes no %s', async (_, wrapped) => {
    expect(await outcome(() => both.unwrapKey(wrapped, bound, call))).toBe('malformed')
  })

  it('takes no id twice, however well its blob opens', async () => {
    const blob = await east.wrapKey(KEY, bound, call)
    expect(await outcome(() => both.unwrapKey(wraps(1, pair('east', blob)), bound, call))).toBe('ok')
    expect(await outcome(() => both.unwrapKey(wraps(2, pair('east', blob), pair('east', blob)), bound, call))).toBe('malformed')
  })

  it('closes all', async () => {
    const close = vi.fn()
    await createSealer({
      keys: multi({
        id: 'm',
        providers: [service('east', KEY, { close }), service('west', KEY, { close })],
      }),
    }).close()
    expect(close).toHaveBeenCalledTimes(2)
  })

  it('takes up to eight services, and wraps of 6144 bytes in all', async () => {
    const eight = Array.from({ length: 8 }, (_, i) => service(`p${i}`, bytes(32, i)))
    const all = multi({ id: 'm', providers: eight })
    const wrapped = await all.wrapKey(KEY, bound, call)
    for (const one of eight) expect(await multi({ id: 'm', providers: [one] }).unwrapKey(wrapped, bound, call)).toEqual(KEY)
    // Beside the blob: format, count, and two lengths around the id.
    const wide = (length: number) => multi({ id: 'm', providers: [service('east', KEY, { wrapKey: () => bytes(length) })] })
    expect(await wide(6144 - 14).wrapKey(KEY, bound, call)).toHaveLength(6144)
    expect(await outcome(() => wide(6144 - 13).wrapKey(KEY, bound, call))).toBe('too_large')
  })

  it('is available as long as one of its services is', async () => {
    const down = (id: string) => service(id, KEY, { check: unavailable })
    const status = (...providers: KeyProvider[]) => multi({ id: 'm', providers }).status(call)
    expect(await status(down('east'), west)).toBe('available')
    expect(await status(down('east'), down('west'))).toBe('unavailable')
  })
})
