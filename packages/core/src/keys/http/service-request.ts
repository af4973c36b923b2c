import { WaxsealError } from '../../errors.js'
import { concatBytes } from '../../format/bytes.js'

/** One request to a key service. */
export interface ServiceRequest {
  /** For messages: which service is asked. */
  readonly service: string
  readonly fetch: typeof globalThis.fetch
  readonly url: string
  /** Default POST. */
  readonly method?: 'GET' | 'POST' | 'PUT' | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  readonly signal?: AbortSignal | undefined
}

export interface ServiceResponse {
  readonly status: number
  readonly headers: Headers
  /** The body as JSON; undefined where it is none. */
  readonly json: unknown
  /** What Retry-After asks for, in milliseconds. */
  readonly retryAfterMs: number | undefined
}

const MAX_BODY_BYTES = 256 * 1024

/**
 * Sends a request and reads the answer, whatever its status, up to 256 KiB. `provider_unavailable` where there is no whole answer, or
 * one that leads elsewhere: a redirect would take the credentials along. `aborted` when the signal ends it. No error repeats the
 * request.
 *
 * @example
 * const { status, json } = await requestService({ service: 'Vault', fetch, url, headers, body: '{}', signal: call.signal })
 */
export async function requestService(request: ServiceRequest): Promise<ServiceResponse> {
  const { service, url, method = 'POST', headers, body, signal } = request
  const unavailable = (why: string): never => {
    throw signal?.aborted
      ? new WaxsealError('aborted', 'the call was aborted')
      : new WaxsealError('provider_unavailable', `${service} ${why}`)
  }
  let response: Response
  try {
    response = await request.fetch(url, {
      method,
      headers,
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
      ...(signal ? { signal } : {}),
    })
  } catch (error) {
    return unavailable(`could not be reached${reason(error)}`)
  }
  const { status } = response
  if (response.type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    await response.body?.cancel().catch(() => {})
    return unavailable('answered with a redirect, which is not followed')
  }
  try {
    return { status, headers: response.headers, json: parsed(await text(response)), retryAfterMs: retryAfter(response.headers) }
  } catch (error) {
    return unavailable(WaxsealError.is(error) ? error.message : `broke off its answer${reason(error)}`)
  }
}

async function text(response: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let length = 0
  const reader = response.body?.getReader()
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
    if (done) break
    length += value.length
    if (length > MAX_BODY_BYTES) {
      await reader?.cancel().catch(() => {})
      throw new WaxsealError('provider_unavailable', `answered with more than ${MAX_BODY_BYTES} bytes`)
    }
    parts.push(value)
  }
  const all = concatBytes(...parts)
  const decoded = new TextDecoder().decode(all)
  all.fill(0)
  return decoded
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** Seconds, or a date, which is taken by the answer's own clock. */
function retryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after')
  if (!value) return undefined
  if (/^\d{1,6}$/.test(value)) return Number(value) * 1000
  const ms = Date.parse(value) - Date.parse(headers.get('date') ?? '')
  return Number.isFinite(ms) ? Math.max(ms, 0) : undefined
}

/** The code of what the runtime says, never its text. */
function reason(error: unknown): string {
  const code = (error as { cause?: { code?: unknown } } | null)?.cause?.code
  return typeof code === 'string' && /^[A-Z_0-9]{3,40}$/.test(code) ? ` (${code})` : ''
}
