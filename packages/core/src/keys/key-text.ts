import { backend } from '#backend'
import { fail } from '../errors.js'
import { randomKey } from '../random.js'

/** A new data key: 32 bytes from the CSPRNG as 44 characters of padded base64. */
export function generateKey(): string {
  const key = randomKey()
  const text = `${backend.toBase64url(key).replaceAll('-', '+').replaceAll('_', '/')}=`
  key.fill(0)
  return text
}

/** Exactly 32 bytes from base64 (padded or not), base64url or hex; anything else is `config`, and the value is not repeated. */
export function parseKey(text: string): Uint8Array {
  const clean = typeof text === 'string' ? text.trim() : ''
  if (/^[0-9a-f]{64}$/i.test(clean))
    return Uint8Array.from({ length: 32 }, (_, i) => Number.parseInt(clean.slice(2 * i, 2 * i + 2), 16))
  const base64 = /^[A-Za-z0-9+/]{43}=?$/.test(clean) || /^[A-Za-z0-9_-]{43}=?$/.test(clean)
  const key = base64 ? backend.fromBase64url(clean.slice(0, 43).replaceAll('+', '-').replaceAll('/', '_')) : undefined
  const copy = key && Uint8Array.from(key)
  key?.fill(0)
  return copy
    ? copy
    : fail('config', `a key is 32 bytes in base64, base64url or hex; this text has ${clean.length} characters and is not`)
}
