import { WaxsealError } from '@waxseal/core'
import { HttpError } from './answers.js'
import { inTime } from './deadline.js'
import { isTooDeep, parseExactly } from './json.js'
import type { Share } from './load.js'

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

/** The JSON of a request, read within its limits whatever its headers promise; `share` is what it weighs. */
export async function jsonBody(request: Request, { maxBodyBytes, bodyTimeoutMs }: BodyLimits, share: Share): Promise<unknown> {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase()
  if (type !== 'application/json' && !type.endsWith('+json'))
    throw new HttpError({ status: 415, code: 'unsupported_type', message: 'the body is JSON, and its content type says so' })
  if ((request.headers.get('content-encoding') ?? 'identity') !== 'identity')
    throw new HttpError({ status: 415, code: 'unsupported_type', message: 'the body is not compressed' })
  const promised = Number(request.headers.get('content-length') ?? 0)
  if (promised > maxBodyBytes) tooLarge()
  if (promised > 0) share.take(promised)
  const text = await readText(request, maxBodyBytes, bodyTimeoutMs, share)
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

const late = () =>
  new HttpError({ status: 408, code: 'timeout', message: 'the body did not come in time', headers: { connection: 'close' } })

async function readText(request: Request, maxBytes: number, timeoutMs: number, share: Share): Promise<string> {
  try {
    // Of a body whose length is known, a host has no more than that; read at once it costs half of what its stream does.
    const read = request.headers.has('content-length') ? readAll(request, maxBytes) : readStream(request, maxBytes, share)
    const text = await inTime(read, timeoutMs, late)
    return text === '' ? malformed('the body is empty') : text
  } catch (error) {
    if (error instanceof HttpError) throw error
    return malformed('the body is no UTF-8, or was cut short')
  }
}

const decoder = () => new TextDecoder('utf-8', { fatal: true })

async function readAll(request: Request, maxBytes: number): Promise<string> {
  const bytes = await request.arrayBuffer()
  return bytes.byteLength > maxBytes ? tooLarge() : decoder().decode(bytes)
}

async function readStream(request: Request, maxBytes: number, share: Share): Promise<string> {
  const reader = request.body?.getReader()
  if (!reader) return ''
  const utf8 = decoder()
  let text = ''
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + utf8.decode()
    size += value.length
    try {
      if (size > maxBytes) tooLarge()
      share.take(value.length)
    } catch (error) {
      reader.cancel().catch(() => {})
      throw error
    }
    text += utf8.decode(value, { stream: true })
  }
}
