import type { WaxsealErrorCode } from '@waxseal/core'
import { ERROR, memberOf, SCRUBBED, type StoredObject } from './stored.js'

const TEXT = /^([A-Z][A-Za-z]{0,69}): \[sealed\](?: \(([a-z_]{1,32})\))?(?: (wax1\.\S+))?$/

/** A stored error as one line, for hosts that keep texts: `CardDeclinedError: [sealed] wax1.…`. */
export function errorText(stored: StoredObject): string {
  const code = stored.code === undefined ? '' : ` (${stored.code})`
  const envelope = typeof stored[ERROR] === 'string' ? ` ${stored[ERROR]}` : ''
  return `${stored.name}: ${SCRUBBED}${code}${envelope}`
}

/** What `errorText` wrote, or undefined for any other text. */
export function parseErrorText(text: unknown): StoredObject | undefined {
  const [, name, code, envelope] = (typeof text === 'string' && TEXT.exec(text)) || []
  if (!name) return undefined
  return {
    name,
    message: SCRUBBED,
    ...(code ? { code: code as WaxsealErrorCode } : {}),
    ...(envelope ? { [ERROR]: envelope } : {}),
  }
}

/** The envelope in a stored error, if it has one. */
export const errorEnvelope = (stored: unknown): string | undefined => {
  const envelope = memberOf(stored, ERROR)
  return typeof envelope === 'string' ? envelope : undefined
}
