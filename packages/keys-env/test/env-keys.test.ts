import { createSealer, WaxsealError } from '@waxseal/core'
import { openKeys } from '@waxseal/core/keys'
import { describe, expect, it } from 'vitest'
import { envKeys, envUri, generateKey } from '../src/index.ts'

const context = { app: 'billing', job: 'invoice' }
const bytes = (seed: number) => Buffer.from(Uint8Array.from({ length: 32 }, (_, i) => (seed * 37 + i * 11) % 256))
const k1 = bytes(1)
const k2 = bytes(2)
// The Buffer of some runtimes does not know base64url.
const urlText = (key: Buffer) => key.toString('base64').replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
const call = { now: () => 0 }

const thrown = (run: () => unknown): WaxsealError => {
  try {
    run()
  } catch (error) {
    if (WaxsealError.is(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('envKeys', () => {
  it('seals with the first key and opens with all', async () => {
    const before = createSealer({ keys: envKeys({ env: { WAXSEAL_KEYS: `k1:${k1.toString('base64')}` } }) })
    const after = createSealer({
      keys: envKeys({ env: { WAXSEAL_KEYS: `k2:${k2.toString('base64')},k1:${k1.toString('base64')}` } }),
    })
    const old = await before.seal('letter', { context })
    expect(await after.open(old, { context })).toBe('letter')
    expect(await after.seal('letter', { context })).toMatch(/^wax1\.c256\.k2~1\./)
    expect(after.needsReseal(old)).toBe('key')
    const atOnce = createSealer({
      keys: envKeys({ env: { WAXSEAL_KEYS: `k2:${k2.toString('base64')}` } }),
      suite: 'chacha20-poly1305',
    })
    expect(atOnce.openSync(atOnce.sealSync('now', { context }), { context })).toBe('now')
  })

  it.each([
    ['base64', k1.toString('base64')],
    ['base64 without padding', k1.toString('base64').replace('=', '')],
    ['base64url', urlText(k1)],
    ['base64url with padding', `${urlText(k1)}=`],
    ['hex', k1.toString('hex')],
    ['capital hex', k1.toString('hex').toUpperCase()],
  ])('takes keys in %s', async (_, text) => {
    const sealed = await createSealer({ keys: envKeys({ env: { WAXSEAL_KEYS: `k1:${k1.toString('hex')}` } }) }).seal(1, {
      context,
    })
    expect(await createSealer({ keys: envKeys({ env: { WAXSEAL_KEYS: `k1:${text}` } }) }).open(sealed, { context })).toBe(1)
  })

  it('takes versions, white space between entries, and another name', () => {
    const keys = envKeys({ name: 'LETTERS', env: { LETTERS: ` k1~7:${k1.toString('hex')} ,\n\tk1~0:${k2.toString('hex')}\n` } })
    expect(keys.current(undefined, call)).toMatchObject({ kid: 'k1', version: 7 })
    expect(keys.resolve({ kid: 'k1', version: 0 }, undefined, call)).toMatchObject({ version: 0 })
    expect(keys.resolve({ kid: 'k1', version: 1 }, undefined, call)).toBeNull()
  })

  it('takes one bare key', () => {
    expect(envKeys({ env: { WAXSEAL_KEYS: generateKey() } }).current(undefined, call)).toMatchObject({ kid: 'k1', version: 1 })
    expect(envKeys({ env: { WAXSEAL_KEYS: generateKey() }, kid: 'only' }).current(undefined, call)).toMatchObject({ kid: 'only' })
  })

  it('has no scopes', () => {
    const keys = envKeys({ env: { WAXSEAL_KEYS: generateKey() } })
    expect(thrown(() => keys.current('tenant:acme', call)).code).toBe('scope_unsupported')
  })

  const good = `k1:${k1.toString('hex')}`
  it.each<[string, string | undefined, string]>([
    ['a missing variable', undefined, 'missing or empty'],
    ['an empty variable', ' ', 'missing or empty'],
    ['an inherited member', undefined, 'missing or empty'],
    ['an empty entry', `${good},`, 'entry 2 of 2'],
    ['an entry without kid', `${good},${k2.toString('base64')}`, 'entry 2 of 2'],
    ['a kid with capitals', `K1:${k1.toString('hex')}`, 'entry 1 of 1'],
    ['a kid of 65 characters', `${'k'.repeat(65)}:${k1.toString('hex')}`, 'entry 1 of 1'],
    ['key and kid exchanged', `${urlText(k1)}:k1`, 'entry 1 of 1'],
    ['a version that is too large', `k1~4294967296:${k1.toString('hex')}`, 'version'],
    ['a version with a leading zero', `k1~01:${k1.toString('hex')}`, 'entry 1 of 1'],
    ['a negative version', `k1~-1:${k1.toString('hex')}`, 'entry 1 of 1'],
    ['quotation marks', `"${good}"`, 'entry 1 of 1'],
    ['a key of 31 bytes', `k1:${k1.subarray(1).toString('base64')}`, 'entry 1 of 1'],
    ['a key of 33 bytes', `k1:${Buffer.concat([k1, k1]).subarray(0, 33).toString('base64')}`, 'entry 1 of 1'],
    ['a key of 16 bytes in hex', `k1:${k1.toString('hex').slice(32)}`, 'entry 1 of 1'],
    ['an alphabet that is mixed', `k1:-/${k1.toString('base64').slice(2)}`, 'entry 1 of 1'],
    ['bits after the end', `k1:${k1.toString('base64').slice(0, 42)}/=`, 'entry 1 of 1'],
    ['a pass phrase', 'k1:correct horse battery staple secret', 'entry 1 of 1'],
    ['no key', 'k1:', 'entry 1 of 1'],
    ['a bare pass phrase', 'correct-horse-battery-staple-secret', 'entry 1 of 1'],
    ['a kid and version twice', `${good},k1~1:${k2.toString('hex')}`, 'twice'],
    ['the same key twice', `${good},k2:${k1.toString('base64')}`, 'same bytes'],
  ])('refuses %s', (_, text, message) => {
    const error = thrown(() =>
      envKeys({ env: text === undefined ? Object.create({ WAXSEAL_KEYS: good }) : { WAXSEAL_KEYS: text } }),
    )
    expect(error.code).toBe('config')
    expect(error.message).toContain('WAXSEAL_KEYS')
    expect(error.message).toContain(message)
    for (const part of (text ?? '').split(/[,:~\s]+/)) {
      const value = part.trim()
      if (value.length > 4) expect(`${error.message} ${error.stack} ${JSON.stringify(error)} ${error.cause}`).not.toContain(value)
    }
  })
})

describe('envUri', () => {
  it('opens env:// through openKeys', () => {
    const keys = openKeys('env://LETTERS', { env: envUri }, { env: { LETTERS: `k3:${k1.toString('hex')}` } })
    expect(keys.kind === 'source' && keys.current(undefined, call)).toMatchObject({ kid: 'k3' })
  })

  it.each(['env:LETTERS', 'env://', 'env://A-B', 'env://A/B', 'env:///A', 'env://A?b'])('refuses %s', (uri) => {
    expect(thrown(() => openKeys(uri, { env: envUri }, { env: { A: 'x', LETTERS: 'x' } })).code).toBe('config')
  })
})

it('generateKey makes a key that envKeys takes', () => {
  expect(generateKey()).toMatch(/^[A-Za-z0-9+/]{43}=$/)
  expect(envKeys({ env: { WAXSEAL_KEYS: `a:${generateKey()},b:${generateKey()}` } }).keys?.()).toHaveLength(2)
})
