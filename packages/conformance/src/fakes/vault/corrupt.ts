import { fromBase64, oneBitOff, toBase64 } from '../encoding.js'
import { isObject } from '../json.js'

/** The answer with a bit turned in every plaintext, ciphertext or stored value that it holds. */
export function corruptAnswer(body: unknown): unknown {
  if (!isObject(body) || !isObject(body.data)) return body
  const { data } = body
  if (Array.isArray(data.batch_results)) return { ...body, data: { ...data, batch_results: data.batch_results.map(turned) } }
  return { ...body, data: isObject(data.data) ? { ...data, data: everyText(data.data) } : turned(data) }
}

function turned(item: unknown): unknown {
  if (!isObject(item)) return item
  const { plaintext, ciphertext } = item
  return {
    ...item,
    ...(typeof plaintext === 'string' ? { plaintext: text(plaintext) } : {}),
    ...(typeof ciphertext === 'string' ? { ciphertext: ciphertext.replace(/[^:]+$/, text) } : {}),
  }
}

function everyText(data: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, typeof value === 'string' ? text(value) : value]))
}

function text(value: string): string {
  const bytes = fromBase64(value)
  if (bytes && bytes.length > 0) return toBase64(oneBitOff(bytes))
  return new TextDecoder().decode(oneBitOff(new TextEncoder().encode(value)))
}
