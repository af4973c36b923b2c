import { checkJson, jsonText } from './json.js'

/**
 * RFC 8785 (JCS): members sorted by UTF-16 code units, numbers as ECMAScript writes them, no white space.
 * `not_serialisable` for what JSON would lose or change.
 *
 * @example
 * canonicalJson({ b: 1, a: [true, 1e21] }) // '{"a":[true,1e+21],"b":1}'
 */
export function canonicalJson(value: unknown): string {
  checkJson(value)
  return print(value)
}

function print(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(print)}]`
  if (typeof value !== 'object' || value === null) return jsonText(value)
  const object = value as Record<string, unknown>
  return `{${Object.keys(object)
    .sort()
    .map((name) => `${jsonText(name)}:${print(object[name])}`)}}`
}
