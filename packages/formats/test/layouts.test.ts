import { createSealer, generateKey, staticKeys, WaxsealError } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import { detectFormat, openAny } from '../src/index.js'
import { KEY, OTHER, outcomeOf, samples } from './samples.js'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const changed = (char: string) => ALPHABET[(ALPHABET.indexOf(char) + 1) % ALPHABET.length]!

/** The stored value with one character changed, for every character of every text in it. */
function* flipped(stored: unknown): Generator<unknown> {
  if (typeof stored === 'string')
    for (let at = 0; at < stored.length; at++) yield stored.slice(0, at) + changed(stored[at]!) + stored.slice(at + 1)
  else if (typeof stored === 'object' && stored !== null)
    for (const [name, member] of Object.entries(stored)) for (const other of flipped(member)) yield { ...stored, [name]: other }
}

/** The stored value with a text in it cut off. */
function* truncated(stored: unknown): Generator<unknown> {
  if (typeof stored === 'string') for (let end = 0; end < stored.length; end++) yield stored.slice(0, end)
  else if (typeof stored === 'object' && stored !== null)
    for (const [name, member] of Object.entries(stored)) {
      for (const other of truncated(member)) yield { ...stored, [name]: other }
      const { [name as never]: _, ...rest } = stored
      yield rest
    }
}

describe.each(samples)('the layout of $name', ({ name, value, stored, reader, keyId }) => {
  it('opens, and is detected as what it is', async () => {
    const it = await stored()
    expect(await reader(KEY).open(it, {})).toEqual(value)
    expect(reader(KEY)).toMatchObject({ name })
    expect(detectFormat(it)).toMatchObject({ format: name, ...(keyId && { keyId }) })
    expect(detectFormat(it)?.commits).toBe(false)
    expect(reader(KEY).detects(it)).toBe(true)
  })

  it('opens as JSON text where it is an object', async () => {
    const it = await stored()
    if (typeof it === 'string' || name === 'inngest') return
    expect(detectFormat(JSON.stringify(it))?.format).toBe(name)
    expect(await reader(KEY).open(JSON.stringify(it, null, 1), {})).toEqual(value)
  })

  it('does not open under another key', async () => {
    expect(await outcomeOf(reader(OTHER), await stored())).toBe(name === 'cloak' ? 'key_not_found' : 'open_failed')
  })

  it('opens to nothing else where any character was changed or cut off', async () => {
    const it = await stored()
    const open = reader(KEY)
    const own = JSON.stringify(value)
    const outcomes = new Set<string>()
    for (const other of [...flipped(it), ...truncated(it)]) outcomes.add(await outcomeOf(open, other))
    // What is no part of the ciphertext may be changed: then the value stays as it is.
    outcomes.delete(own)
    const codes = [
      'open_failed',
      'malformed',
      'key_not_found',
      'unsupported_suite',
      'unsupported_version',
      'unsupported_compression',
    ]
    for (const outcome of outcomes) expect(codes).toContain(outcome)
    expect(outcomes).toContain('open_failed')
  })

  it('is refused where it is too long, or something else altogether', async () => {
    const it = await stored()
    if (name !== 'inngest') expect(await outcomeOf(reader(KEY, 8), it)).toBe('too_large')
    for (const other of [null, undefined, 7, '', 'x', {}, [], new Uint8Array(40), '{}', '{"p":1,"h":{"iv":2}}', 'ENC[x]'])
      expect(await outcomeOf(reader(KEY), other)).toBe('malformed')
  })

  it('does not repeat what it was given in its errors', async () => {
    const sample = await stored()
    const texts = typeof sample === 'string' ? sample : Object.values(sample as object).join(' ')
    for (const other of flipped(sample))
      try {
        await reader(KEY).open(other, {})
      } catch (error) {
        const { message, cause } = error as WaxsealError
        expect(cause).toBeUndefined()
        for (const part of message.split(' ')) if (part.length > 8) expect(texts).not.toContain(part)
      }
  })

  it('is detected by no reader of another layout', async () => {
    const it = await stored()
    for (const other of samples) if (other.name !== name) expect(other.reader(KEY).detects(it), other.name).toBe(false)
  })
})

describe('values of which nobody can tell', () => {
  const plain = [
    '',
    'plain',
    '4111 1111 1111 1111',
    'v1.0',
    'eyJhbGciOiJIUzI1NiJ9.e30.x',
    'ENC',
    'AQIDBAUG',
    'gAAAA',
    '{"p":1}',
    '{',
    7,
  ]
  const others = [
    null,
    undefined,
    true,
    [],
    {},
    { data: 'x' },
    { p: 'x', h: 1 },
    { metadata: {} },
    new Uint8Array(8),
    new Date(0),
  ]
  it.each([...plain, ...others])('%j is in no layout', (value) => {
    expect(detectFormat(value)).toBeUndefined()
    for (const { reader } of samples) expect(reader(KEY).detects(value)).toBe(false)
  })

  it('is told of values that only begin or end as one: they are damaged, and no plaintext', () => {
    const formats = [
      'ENC[x]',
      'FNC[AES256-GCM,data:QQ==,iv:QQ==,tag:QQ==]',
      'ENC[AES256_GCM,x',
      'v1.aesgcm256.x',
      'gAAAAABlx',
      'wax9.x',
    ]
    expect(formats.map((value) => detectFormat(value)?.format)).toEqual(['acteon', 'acteon', 'sops', 'cloak', 'fernet', 'wax1'])
  })
})

describe('long values', () => {
  const LENGTH = 8_000_000
  const base64 = 'A'.repeat(LENGTH)
  it.each([
    ['plaintext', base64],
    ['dashes', '-'.repeat(LENGTH)],
    ['brackets', `{"p":"ciphertext","nonce":"tag","metadata":"iv","authTag":"keyId","h":${'['.repeat(LENGTH)}`],
    ['words of Acteon', 'data:A,iv:A'.repeat(LENGTH / 10)],
    ['cloak', `v1.aesgcm256.01234567.AAAAAAAAAAAAAAAA.${base64}`],
    ['a message of Rails', `${base64}--AAAAAAAAAAAAAAAA--AAAAAAAAAAAAAAAAAAAAAA`],
    ['SOPS', `ENC[AES256_GCM,data:${base64}`],
    ['Acteon', `ENC[AES256-GCM,data:${base64}`],
    ['Fernet', `gAAAAAB${base64}A`],
    ['Laravel', `eyJpdiI6${base64}`],
    ['a cell', `AQI${base64}A`],
    ['JSON', `{"p":"${base64}","h":{"iv":"x"}}`],
  ])('of %s are told, and refused by an error of ours', async (_, value) => {
    const format = detectFormat(value)?.format
    const { reader } = samples.find(({ name }) => name === format) ?? {}
    const codes = ['malformed', 'open_failed', 'key_not_found']
    if (reader) expect(codes).toContain(await outcomeOf(reader(KEY), value))
  })
})

describe('openAny', () => {
  const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
  const context = { app: 'shop' }
  const accept = samples.map(({ reader }) => reader(KEY))

  it.each(samples)('opens $name where that is accepted, and nowhere else', async ({ name, stored, value }) => {
    const it = await stored()
    expect(await openAny(it, { accept })).toEqual({ value, format: name, commits: name === 'laravel' })
    const others = accept.filter((reader) => reader.name !== name)
    await expect(openAny(it, { accept: others, sealer, context })).rejects.toMatchObject({ code: 'plaintext_rejected' })
  })

  it('opens envelopes of ours through the sealer that it is given, with their context', async () => {
    const sealed = await sealer.seal('x', { context })
    expect(detectFormat(sealed)).toEqual({ format: 'wax1', commits: true, keyId: 'k1' })
    expect(await openAny(sealed, { accept, sealer, context })).toEqual({ value: 'x', format: 'wax1', commits: true })
    const bytes = await sealer.seal('x', { context, as: 'bytes' })
    expect(detectFormat(bytes)).toEqual({ format: 'wax1', commits: true })
    expect((await openAny(bytes, { accept, sealer, context })).value).toBe('x')
    await expect(openAny(sealed, { accept })).rejects.toMatchObject({ code: 'plaintext_rejected' })
    await expect(openAny(sealed, { accept, sealer })).rejects.toMatchObject({ code: 'context_required' })
    await expect(openAny('wax2.x', { accept, sealer, context })).rejects.toMatchObject({ code: 'unsupported_version' })
  })

  it('refuses plaintext, and never tries a second reader', async () => {
    for (const plain of ['plain', 7, null, { a: 1 }])
      await expect(openAny(plain, { accept, sealer, context })).rejects.toMatchObject({ code: 'plaintext_rejected' })
    const failing = { ...accept[0]!, detects: () => true, open: () => Promise.reject(new WaxsealError('open_failed', 'no')) }
    await expect(openAny('plain', { accept: [failing, ...accept] })).rejects.toMatchObject({ code: 'open_failed' })
    await expect(openAny('x', {} as never)).rejects.toMatchObject({ code: 'config' })
    const signal = AbortSignal.abort()
    await expect(openAny('x', { accept, signal })).rejects.toMatchObject({ code: 'aborted' })
  })
})

describe('a sealer that is migrating', () => {
  const sealer = createSealer({
    keys: staticKeys([{ kid: 'k1', key: generateKey() }]),
    legacy: samples.map(({ reader }) => reader(KEY)),
  })
  const context = { app: 'shop' }

  it.each(samples)('opens $name within a window, and seals it as its own', async ({ name, stored, value }) => {
    const readers: unknown[] = []
    const plaintext = {
      allowUntil: new Date(Date.now() + 86_400_000),
      accept: 'legacy' as const,
      onPlaintext: (reader: unknown) => readers.push(reader),
    }
    const opened = await sealer.open((await stored()) as string, { context, plaintext })
    expect(opened).toEqual(value)
    expect(readers).toEqual([name])
    expect(await sealer.open(await sealer.seal(opened, { context }), { context })).toEqual(value)
    await expect(sealer.open((await stored()) as string, { context })).rejects.toMatchObject({ code: 'plaintext_rejected' })
  })
})
