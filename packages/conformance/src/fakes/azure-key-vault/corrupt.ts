import { fromBase64url, oneBitOff, toBase64url } from '../encoding.js'
import { isObject } from '../json.js'

/** The answer with a bit turned in its value, and in the public key that it holds. */
export function corruptAnswer(body: unknown): unknown {
  if (!isObject(body)) return body
  if (isObject(body.key)) return { ...body, key: { ...body.key, ...turned(body.key, 'n'), ...turned(body.key, 'x') } }
  return { ...body, ...turned(body, 'value') }
}

function turned(body: Readonly<Record<string, unknown>>, name: string): Record<string, string> {
  const value = body[name]
  const bytes = typeof value === 'string' ? fromBase64url(value) : undefined
  return bytes ? { [name]: toBase64url(oneBitOff(bytes)) } : {}
}
