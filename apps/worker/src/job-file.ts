import { createReadStream } from 'node:fs'
import { addAbortSignal, type Readable } from 'node:stream'

/** One job of the input: a line `{ "type": "…", "data": { … } }`. */
export interface InputJob {
  readonly type: string
  readonly data: Record<string, unknown>
}

/** Input that cannot be used; names the line, and shows nothing of it. */
export class InputError extends Error {
  override readonly name = 'InputError'
}

const MAX_LINE_CHARACTERS = 64 * 1024 * 1024
const MAX_TYPE_CHARACTERS = 100

/** Opens a file, or standard input for `-`. */
export const openInput = (path: string, signal?: AbortSignal): Readable => {
  if (path === '-') return signal ? addAbortSignal(signal, process.stdin) : process.stdin
  return createReadStream(path, signal ? { signal } : {})
}

/** Reads jobs from JSON Lines: LF or CRLF, a byte-order mark and blank lines allowed, UTF-8 only. */
export async function readJobs(
  input: AsyncIterable<Uint8Array | string>,
  limit: number = Number.POSITIVE_INFINITY,
): Promise<InputJob[]> {
  const jobs: InputJob[] = []
  let line = 0
  for await (const text of linesOf(input)) {
    line++
    const trimmed = text.trim()
    if (trimmed !== '') jobs.push(parseJob(trimmed, line))
    if (jobs.length >= limit) break
  }
  if (jobs.length === 0)
    throw new InputError('the input holds no job: give one JSON object a line, { "type": "…", "data": { … } }')
  return jobs
}

async function* linesOf(input: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  let line = 1
  const decode = (chunk?: Uint8Array) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined })
    } catch {
      throw new InputError(`near line ${line}: the input is not UTF-8`)
    }
  }
  for await (const chunk of input) {
    const lines = (rest + (typeof chunk === 'string' ? chunk : decode(chunk))).split('\n')
    rest = lines.pop()!
    if (rest.length > MAX_LINE_CHARACTERS)
      throw new InputError(`line ${line + lines.length} is longer than ${MAX_LINE_CHARACTERS} characters`)
    line += lines.length
    yield* lines
  }
  yield rest + decode()
}

function parseJob(text: string, line: number): InputJob {
  let job: unknown
  try {
    job = JSON.parse(text)
  } catch {
    throw new InputError(`line ${line} is not JSON`)
  }
  const { type, data } = (typeof job === 'object' && job !== null ? job : {}) as Record<string, unknown>
  if (typeof type !== 'string' || !/^[\w./-]+$/.test(type) || type.length > MAX_TYPE_CHARACTERS)
    throw new InputError(`line ${line}: "type" must be 1 to ${MAX_TYPE_CHARACTERS} letters, digits, "_", "-", "." or "/"`)
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw new InputError(`line ${line}: "data" must be an object`)
  return { type, data: data as Record<string, unknown> }
}
