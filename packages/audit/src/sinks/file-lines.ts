import { fail } from '../audit-error.js'
import { builtin } from './lock-file.js'

const CHUNK = 1 << 16
/** Longer than any record can become: what is longer is not read into memory. */
const MAX_LINE = 1 << 22
const END = 0x0a

/** Reads all of `length` bytes at `from`, or what there is. */
function bytesAt(file: number, from: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let filled = 0
  while (filled < length) {
    const read = builtin('node:fs').readSync(file, bytes, filled, length - filled, from + filled)
    if (read === 0) break
    filled += read
  }
  return bytes.subarray(0, filled)
}

/**
 * The last whole line of a file, and the file's size. With `path`, half a line behind it is `torn`; without, it is being written and
 * does not count.
 */
export function headOfFile(file: number, path?: string): { last: Uint8Array | undefined; size: number } {
  const { size } = builtin('node:fs').fstatSync(file)
  for (let length = CHUNK; ; length *= 4) {
    const from = Math.max(0, size - length)
    const bytes = bytesAt(file, from, size - from)
    const end = bytes.lastIndexOf(END)
    const begin = end < 0 ? -1 : bytes.subarray(0, end).lastIndexOf(END)
    if (path !== undefined && (end >= 0 || from === 0) && end !== bytes.length - 1)
      fail('torn', `the last line of ${path} is not whole: keep a copy, then cut the file to ${from + end + 1} bytes`)
    if (begin >= 0 || (from === 0 && end >= 0)) return { last: bytes.subarray(begin + 1, end), size }
    if (from === 0) return { last: undefined, size }
    if (length > MAX_LINE) return { last: new Uint8Array(), size }
  }
}

/** The whole lines from `offset` on, each with the place where the next one begins. */
export function* readLines(path: string, offset: number): Generator<{ line: Uint8Array; next: number }> {
  const { closeSync, existsSync, openSync } = builtin('node:fs')
  if (!existsSync(path)) return
  const file = openSync(path, 'r')
  try {
    let rest: Uint8Array = new Uint8Array()
    let at = offset
    for (let from = offset; ; ) {
      const chunk = bytesAt(file, from, CHUNK)
      if (chunk.length === 0) return
      from += chunk.length
      const bytes = new Uint8Array(rest.length + chunk.length)
      bytes.set(rest)
      bytes.set(chunk, rest.length)
      let begin = 0
      for (let end = bytes.indexOf(END); end >= 0; end = bytes.indexOf(END, begin)) {
        at += end + 1 - begin
        yield { line: bytes.subarray(begin, end), next: at }
        begin = end + 1
      }
      rest = bytes.subarray(begin)
      if (rest.length > MAX_LINE) {
        yield { line: new Uint8Array(), next: at }
        return
      }
    }
  } finally {
    closeSync(file)
  }
}
