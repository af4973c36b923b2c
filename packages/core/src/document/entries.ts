import { fail } from '../errors.js'
import { compareUtf8 } from '../format/bytes.js'
import { CONTENT, contentValue, type decodeFrame } from '../format/frame.js'
import { jsonText } from '../format/json.js'
import { covers, parsePointer } from './pointer.js'

/** One sealed field: where it was, and what it was. */
export interface Entry {
  readonly pointer: string
  readonly tokens: readonly string[]
  readonly value: unknown
}

export const MAX_POINTERS = 4096

/** Bundle plaintext: `["/pointer", value, …]`, pointers strictly ascending by their UTF-8 bytes (spec section 7). */
export function encodeEntries(entries: readonly Entry[]): string {
  const list: unknown[] = []
  for (const { pointer, value } of entries) list.push(pointer, value)
  return jsonText(list)
}

/** Reads it back; whatever sealing cannot have written is `malformed`. */
export function decodeEntries(frame: ReturnType<typeof decodeFrame>): Entry[] {
  const list = frame.content === CONTENT.json ? contentValue(frame) : undefined
  if (!Array.isArray(list) || list.length % 2 !== 0 || list.length > 2 * MAX_POINTERS)
    return fail('malformed', 'a bundle is an array of pointers and values')
  const entries: Entry[] = []
  for (let i = 0; i < list.length; i += 2) {
    const pointer: unknown = list[i]
    const tokens = typeof pointer === 'string' ? parsePointer(pointer) : []
    if (typeof pointer !== 'string' || pointer === '' || tokens[0] === '$wax')
      return fail('malformed', 'a bundle names what is no field')
    if (i > 0 && compareUtf8(list[i - 2], pointer) >= 0) fail('malformed', 'the pointers of a bundle are not ascending')
    entries.push({ pointer, tokens, value: list[i + 1] })
  }
  return entries
}

/** No pointer twice, and none the ancestor of another: within a bundle as between the groups of a document. */
export function checkDisjoint(entries: readonly Entry[], otherwise: () => never): void {
  const pointers = new Set(entries.map(({ pointer }) => pointer))
  if (pointers.size < entries.length || entries.some(({ pointer }) => covers(pointers, pointer, false))) otherwise()
}
