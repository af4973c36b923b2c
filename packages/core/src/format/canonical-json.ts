import { checkJson, jsonText, MAX_DEPTH } from './json.js'

/**
 * RFC 8785 (JCS): members sorted by UTF-16 code units, numbers as ECMAScript writes them, no white space.
 * `not_serialisable` for what JSON would lose or change.
 *
 * @example
 * canonicalJson({ b: 1, a: [true, 1e21] }) // '{"a":[true,1e+21],"b":1}'
 */
export function canonicalJson(value: unknown): string {
  return canonicalText(value, MAX_DEPTH)
}

/** As `canonicalJson`, for a value that nests at most `depth` deep. */
export function canonicalText(value: unknown, depth: number): string {
  checkJson(value, depth)
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
