import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import { currentHead, ENVELOPE, HEAD, isPassing, locatorOf, mayName, WRAPPED } from '../src/reseal.js'

const seal = (suite: 'aes-256-gcm' | 'chacha20-poly1305', storeContext: boolean) =>
  createSealer({ keys: staticKeys([{ kid: 'blue', version: 3, key: generateKey() }]), suite }).seal('x', {
    context: { app: 'shop' },
    storeContext,
  })

describe('what begins an envelope', () => {
  it.each([
    ['aes-256-gcm', true],
    ['aes-256-gcm', false],
    ['chacha20-poly1305', true],
    ['chacha20-poly1305', false],
  ] as const)('on the current key is told: %s, with its context %s', async (suite, stored) => {
    const envelope = await seal(suite, stored)
    const current = { kid: 'blue', version: 3, suite, wrapped: false }
    const isOn = (key: typeof current) => new RegExp(`^${currentHead(key)}`).test(envelope)
    expect(isOn(current)).toBe(true)
    expect(isOn({ ...current, version: 4 })).toBe(false)
    expect(isOn({ ...current, kid: 'lue' })).toBe(false)
    expect(isOn({ ...current, wrapped: true })).toBe(false)
    expect(isOn({ ...current, suite: suite === 'aes-256-gcm' ? 'chacha20-poly1305' : 'aes-256-gcm' })).toBe(false)
    expect(new RegExp(`^${HEAD}`).test(envelope)).toBe(true)
    expect(envelope).toContain(locatorOf({ kid: 'blue' }))
    expect(envelope).toContain(locatorOf({ kid: 'blue', version: 3 }))
    expect(envelope).not.toContain(locatorOf({ kid: 'blue', version: 33 }))
  })

  it.each(['wax1.c256w.', 'wax1.c20wx.'])('is known of %s too, whose text does not tell the key', (head) => {
    expect(new RegExp(`^${HEAD}$`).test(head)).toBe(true)
    expect(new RegExp(`^${WRAPPED}`).test(head)).toBe(true)
  })

  it('is taken for one of a later version, and not for other words', () => {
    expect(['wax2.', 'wax12.x'].every((text) => new RegExp(ENVELOPE).test(text))).toBe(true)
    expect(['wax0.', 'wax.', 'wax1'].some((text) => new RegExp(ENVELOPE).test(text))).toBe(false)
  })
})

it('a condition of SQL binds what it is given, and asks for unknown envelopes only where these are wanted', () => {
  const values: unknown[] = []
  const text = mayName({ on: [{ kid: 'blue' }, { kid: 'red', version: 2 }] }, 't.x', (value) => `$${values.push(value)}`)
  expect(values).toEqual(['.blue~', '.red~2.'])
  expect(text).toBe(`(strpos(t.x, $1::text) > 0 OR strpos(t.x, $2::text) > 0 OR t.x ~ '${WRAPPED}')`)
  expect(mayName({ on: [], unknown: true }, 't.x', String)).toContain('regexp_replace')
})

it('an error passes where the server or the connection was at fault', () => {
  expect(['40001', '40P01', '08006', 'ECONNRESET'].every((code) => isPassing({ code }))).toBe(true)
  expect([{ code: '42501' }, new Error('x'), null, undefined].some(isPassing)).toBe(false)
})
