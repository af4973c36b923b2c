import { createSealer, generateKey, staticKeys } from '@waxseal/core'

// The contract changes stored messages as text: binary envelopes are shown to it in the letters of the text form, and read back.
const { inspect } = createSealer({ keys: staticKeys([{ kid: 'any', key: generateKey() }]) })
const BINARY = 0xc1
const ARMOURED = /^\{"\$sealed":"wax1\.(?:b\.[^.]*\.)?([\w-]*)"\}$/

export const textOf = (body: string | Uint8Array): string => (typeof body === 'string' ? body : new TextDecoder().decode(body))

export function armoured(body: string | Uint8Array): string {
  if (typeof body === 'string' || body[0] !== BINARY) return textOf(body)
  const { kid, keyVersion } = inspect(body)
  return JSON.stringify({ $sealed: `wax1.b.${kid}~${keyVersion}.${Buffer.from(body).toString('base64url')}` })
}

export function bodyOf(text: string, as: 'string' | 'bytes'): string | Uint8Array {
  if (as === 'string') return text
  const [, letters] = ARMOURED.exec(text) ?? []
  if (letters === undefined) return new TextEncoder().encode(text)
  return letters === '' ? Uint8Array.of(BINARY) : new Uint8Array(Buffer.from(letters, 'base64url'))
}
