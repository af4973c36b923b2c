import { WaxsealError } from '@waxseal/core'

/** A body as a broker's client hands it over. */
export type Body = string | Uint8Array | ArrayBuffer

/** The body as it was sent: text, or bytes where `as` says so. */
export type BodyOf<As extends 'string' | 'bytes'> = As extends 'bytes' ? Uint8Array : string

/** What can be read of a body without a key: a binary envelope, or JSON. */
export type ReadBody =
  | { readonly envelope: Uint8Array; readonly json?: undefined }
  | { readonly envelope?: undefined; readonly json: unknown }

// What begins a binary envelope (spec section 2); no JSON begins so.
const BINARY = 0xc1

/** `malformed` for what is neither. */
export function readBody(body: Body): ReadBody {
  const bytes = body instanceof ArrayBuffer ? new Uint8Array(body) : body
  if (typeof bytes !== 'string' && !(bytes instanceof Uint8Array)) throw new WaxsealError('malformed', 'a body is text or bytes')
  if (typeof bytes !== 'string' && bytes[0] === BINARY) return { envelope: bytes }
  try {
    return { json: JSON.parse(typeof bytes === 'string' ? bytes : new TextDecoder('utf-8', { fatal: true }).decode(bytes)) }
  } catch {
    throw new WaxsealError('malformed', 'the body is neither an envelope nor JSON')
  }
}

/** What stands in clear in a body; undefined where nothing does. */
export function clearOf(body: Body | undefined): unknown {
  try {
    return body === undefined ? undefined : readBody(body).json
  } catch {
    return undefined
  }
}
