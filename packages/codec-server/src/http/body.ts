import { WaxsealError } from '@waxseal/core'
import { HttpError } from './answers.js'
import { isTooDeep, parseExactly } from './json.js'

export interface BodyLimits {
  readonly maxBodyBytes: number
  /** From the first byte that is awaited to the last, in milliseconds. */
  readonly bodyTimeoutMs: number
}

const tooLarge = (message = 'the call is larger than this server takes'): never => {
  throw new HttpError({ status: 413, code: 'too_large', message })
}
const malformed = (message: string): never => {
  throw new HttpError({ status: 400, code: 'malformed', message })
}

/** The JSON of a request, read within its limits whatever its headers promise. */
export async function jsonBody(request: Request, { maxBodyBytes, bodyTimeoutMs }: BodyLimits): Promise<unknown> {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase()
  if (type !== 'application/json' && !type.endsWith('+json'))
    throw new HttpError({ status: 415, code: 'unsupported_type', message: 'the body is JSON, and its content type says so' })
  if ((request.headers.get('content-encoding') ?? 'identity') !== 'identity')
    throw new HttpError({ status: 415, code: 'unsupported_type', message: 'the body is not compressed' })
  if (Number(request.headers.get('content-length') ?? 0) > maxBodyBytes) tooLarge()
  const text = await readText(request, maxBodyBytes, bodyTimeoutMs)
  const body = parsed(text)
  return isTooDeep(body) ? tooLarge('the body nests too deep') : body
}

function parsed(text: string): unknown {
  try {
    return parseExactly(text)
  } catch (error) {
    if (WaxsealError.is(error)) throw error
    // The error of JSON.parse quotes what it read.
    return error instanceof RangeError ? tooLarge('the body nests too deep') : malformed('the body is no JSON')
  }
}

async function readText(request: Request, maxBytes: number, timeoutMs: number): Promise<string> {
  const reader = request.body?.getReader()
  if (!reader) return malformed('the body is empty')
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new HttpError({
            status: 408,
            code: 'timeout',
            message: 'the body did not come in time',
            headers: { connection: 'close' },
          }),
        ),
      timeoutMs,
    )
  })
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let size = 0
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), late])
      if (done) return text + decoder.decode()
      size += value.length
      if (size > maxBytes) tooLarge()
      text += decoder.decode(value, { stream: true })
    }
  } catch (error) {
    reader.cancel().catch(() => {})
    if (error instanceof HttpError) throw error
    return malformed('the body is no UTF-8, or was cut short')
  } finally {
    clearTimeout(timer)
  }
}
