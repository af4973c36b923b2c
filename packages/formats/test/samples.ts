import { type LegacyReader, WaxsealError } from '@waxseal/core'
import {
  acteon,
  adkSecureSessions,
  adr013,
  cloak,
  fernet,
  hammerwork,
  inngest,
  laravel,
  railsMessage,
  railsRecord,
  sops,
} from '../src/index.js'
import { jwe } from '../src/jwe.js'
import { railsMessageOf, sopsValueOf } from './documented.js'
import { hex } from './shared.js'

export const KEY = hex('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f')
export const OTHER = hex('ff'.repeat(32))
const base64 = (key: Uint8Array) => Buffer.from(key).toString('base64')

/** One layout, under the key and under another of the same id, with a value and how it is stored. */
export interface Sample {
  readonly name: string
  readonly value: unknown
  readonly stored: () => Promise<unknown>
  readonly reader: (key: Uint8Array, maxBytes?: number) => LegacyReader
  readonly keyId?: string
}

const value = { card: '4242', list: [1, null, 'ü 北京 🔑'] }
const text = 'ü 北京 🔑'

const SAMPLES: Record<string, Omit<Sample, 'name' | 'stored'> & { stored?: () => Promise<unknown> }> = {
  acteon: { value, reader: (key, maxBytes) => acteon({ keys: [{ kid: 'k-1', key }], maxBytes }), keyId: 'k-1' },
  'adk-secure-sessions': { value, reader: (aesGcm, maxBytes) => adkSecureSessions({ aesGcm, maxBytes }) },
  'adr-013': {
    value,
    reader: (key, maxBytes) =>
      adr013({ unwrapKey: () => key, generateKey: () => ({ key, wrapped: Uint8Array.of(1, 2, 3) }), maxBytes }),
  },
  cloak: {
    value: text,
    reader: (key, maxBytes) => cloak({ keys: [`k1.aesgcm256.${base64(key).replace(/\//g, '_')}`], maxBytes }),
  },
  fernet: { value: text, reader: (keys, maxBytes) => fernet({ keys, maxBytes }) },
  hammerwork: {
    value,
    reader: (key, maxBytes) =>
      hammerwork({ keys: (id) => (id === 'key-1' ? key : undefined), write: { keyId: 'key-1' }, maxBytes }),
    keyId: 'key-1',
  },
  inngest: { value, reader: (key) => inngest({ keys: [base64(key)] }) },
  jwe: { value, reader: (key, maxBytes) => jwe({ keys: [{ kid: 'k1', key }], maxBytes }), keyId: 'k1' },
  laravel: { value: text, reader: (keys, maxBytes) => laravel({ keys, maxBytes }) },
  rails: { value: text, reader: (keys, maxBytes) => railsRecord({ keys, maxBytes }) },
  'rails-message': {
    value,
    reader: (keys, maxBytes) => railsMessage({ keys, maxBytes }),
    stored: async () => railsMessageOf(KEY, JSON.stringify(value)),
  },
  sops: {
    value: text,
    reader: (key, maxBytes) => sops({ key, path: ['db', 'password'], maxBytes }),
    stored: async () => sopsValueOf(KEY, 'db:password:', text, 'str'),
  },
}

export const samples: readonly Sample[] = Object.entries(SAMPLES).map(([name, sample]) => ({
  name,
  stored: async () => (sample.reader(KEY) as LegacyReader & { seal(value: unknown): unknown }).seal(sample.value),
  ...sample,
}))

/** What opening gives: the value as JSON, or the code of the error. */
export async function outcomeOf(reader: LegacyReader, stored: unknown): Promise<string> {
  try {
    return JSON.stringify(await reader.open(stored, {}))
  } catch (error) {
    if (!WaxsealError.is(error)) throw error
    return error.code
  }
}
