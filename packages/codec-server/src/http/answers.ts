import { WaxsealError, type WaxsealErrorCode } from '@waxseal/core'
import { JsonText, ProtocolError } from '../dialects/dialect.js'

/** What is said of a refusal: never more than its kind, and nothing of what was sent. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 405 | 408 | 413 | 415 | 429 | 500 | 503
  readonly code: string
  readonly message: string
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** A refusal of the HTTP itself. */
export class HttpError extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal.message)
    this.refusal = refusal
  }
}

const BAD: Refusal = { status: 400, code: 'malformed', message: 'the body is not what this path takes' }
/** Wrong key, wrong context, tampering, an unknown key, a destroyed one: one answer for all. */
const UNREADABLE: Refusal = { status: 400, code: 'open_failed', message: 'a payload could not be opened' }
const UNAVAILABLE: Refusal = {
  status: 503,
  code: 'unavailable',
  message: 'a service that is needed does not answer',
  headers: { 'retry-after': '1' },
}
const INTERNAL: Refusal = { status: 500, code: 'internal', message: 'the call failed' }

const BY_CODE: Partial<Record<WaxsealErrorCode, Refusal>> = {
  access_denied: { status: 403, code: 'access_denied', message: 'this caller may not do that' },
  sealing_disabled: { status: 403, code: 'sealing_disabled', message: 'nothing is sealed here' },
  too_large: { status: 413, code: 'too_large', message: 'the call is larger than this server takes' },
  context_required: {
    status: 400,
    code: 'context_required',
    message: 'a payload does not say where it belongs, and neither does the request',
  },
  malformed: BAD,
  throttled: UNAVAILABLE,
  provider_unavailable: UNAVAILABLE,
  timeout: UNAVAILABLE,
  key_not_resident: UNAVAILABLE,
  aborted: UNAVAILABLE,
  closed: UNAVAILABLE,
  config: INTERNAL,
}

export function refusalOf(error: unknown): Refusal {
  if (error instanceof HttpError) return error.refusal
  if (error instanceof ProtocolError) return { status: error.status, code: 'protocol', message: error.message }
  if (!WaxsealError.is(error)) return INTERNAL
  return BY_CODE[error.code] ?? UNREADABLE
}

export const jsonResponse = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(body instanceof JsonText ? body.text : JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  })

/** `plain` is the form of Go's reference server: `{"error":"…"}` and a line end. */
export function refusalResponse({ status, code, message, headers }: Refusal, form: 'plain' | 'coded'): Response {
  if (form === 'coded') return jsonResponse(status, { error: { code, message } }, headers)
  const error = code === 'malformed' ? `invalid JSON: ${message}` : message
  return new Response(`${JSON.stringify({ error })}\n`, {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  })
}
