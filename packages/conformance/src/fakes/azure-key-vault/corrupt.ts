import { fromBase64Url, toBase64Url } from '../base64.js'
import { oneBitOff } from '../bytes.js'
import { isObject } from '../json.js'

/** The answer with a bit turned in its value, and in the public key that it holds. */
export function withTurnedBits(members: Record<string, unknown>): Record<string, unknown> {
  const { key } = members
  if (isObject(key)) return { ...members, key: { ...key, ...turned(key, 'n'), ...turned(key, 'x') } }
  return { ...members, ...turned(members, 'value') }
}

function turned(members: Readonly<Record<string, unknown>>, name: string): Record<string, string> {
  const bytes = fromBase64Url(members[name])
  return bytes ? { [name]: toBase64Url(oneBitOff(bytes)) } : {}
}
