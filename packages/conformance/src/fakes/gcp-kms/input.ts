import { fromBase64 } from '../base64.js'
import { crc32c } from '../crc32c.js'
import { isObject, parseJson } from '../json.js'
import { refuse } from './refusal.js'

/** Bytes of a request, and whether a checksum that came with them was found right. */
export interface CheckedBytes {
  readonly bytes: Uint8Array
  readonly verified: boolean
}

/** A member of the request as the service's messages write it. */
const snake = (member: string): string => member.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const invalid = (message: string): never => refuse('INVALID_ARGUMENT', message)

/**
 * The members of a JSON body: bytes in standard base64, each with an optional `…Crc32c`, a 64-bit integer and so a string. What
 * is not among `members` is refused, and bytes whose checksum is another.
 */
export function readInput(body: Uint8Array, ...members: readonly string[]): Record<string, CheckedBytes> {
  const fields = parse(body)
  const allowed = members.flatMap((member) => [member, `${member}Crc32c`])
  const unknown = Object.keys(fields).find((name) => !allowed.includes(name))
  if (unknown !== undefined) invalid(`Invalid JSON payload received. Unknown name "${unknown}": Cannot find field.`)
  return Object.fromEntries(members.map((member) => [member, checkedBytes(fields, member)]))
}

function checkedBytes(fields: Record<string, unknown>, member: string): CheckedBytes {
  const { [member]: value = '', [`${member}Crc32c`]: checksum } = fields
  const bytes = fromBase64(value) ?? invalid(`Invalid value at '${snake(member)}' (TYPE_BYTES), Base64 decoding failed`)
  if (checksum === undefined) return { bytes, verified: false }
  const field = `${snake(member)}_crc32c`
  if (typeof checksum !== 'string' || !/^(0|[1-9][0-9]{0,9})$/.test(checksum) || Number(checksum) > 0xffffffff)
    return invalid(`Invalid value at '${field}' (TYPE_INT64)`)
  if (Number(checksum) !== crc32c(bytes))
    invalid(`The checksum in field ${field} did not match the data in field ${snake(member)}.`)
  return { bytes, verified: true }
}

function parse(body: Uint8Array): Record<string, unknown> {
  const fields = parseJson(body)
  if (fields === undefined) return invalid('Invalid JSON payload received. Parsing failed.')
  return isObject(fields) ? fields : invalid('Invalid JSON payload received. Root element must be a message.')
}
