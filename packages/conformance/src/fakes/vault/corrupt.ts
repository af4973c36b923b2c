import { fromBase64, toBase64, withTurnedBit } from '../base64.js'
import { oneBitOff, utf8 } from '../bytes.js'
import { isObject } from '../json.js'

/** The answer with a bit turned in every plaintext, ciphertext or stored value that it holds. */
export function withTurnedBits(members: Record<string, unknown>): Record<string, unknown> {
  const { data } = members
  if (!isObject(data)) return members
  if (Array.isArray(data.batch_results)) return { ...members, data: { ...data, batch_results: data.batch_results.map(turned) } }
  return { ...members, data: isObject(data.data) ? { ...data, data: everyText(data.data) } : turned(data) }
}

function turned(item: unknown): unknown {
  if (!isObject(item)) return item
  const { ciphertext } = item
  return {
    ...withTurnedBit(item, 'plaintext'),
    ...(typeof ciphertext === 'string' ? { ciphertext: ciphertext.replace(/[^:]+$/, text) } : {}),
  }
}

function everyText(data: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, typeof value === 'string' ? text(value) : value]))
}

function text(value: string): string {
  const bytes = fromBase64(value)
  return bytes ? toBase64(oneBitOff(bytes)) : new TextDecoder().decode(oneBitOff(utf8(value)))
}
