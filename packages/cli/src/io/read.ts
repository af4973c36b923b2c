import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { Failure, usage } from '../failure.js'
import { withYoungHeap } from './young-heap.js'

/** The largest input that is taken as a whole. */
export const MAX_WHOLE_BYTES = 16 * 1024 * 1024

/** An input as it comes: a file, or standard input for `-` and where none is named. */
export interface Input {
  readonly name: string
  /** In bytes, where that is known beforehand. */
  readonly size: number | undefined
  readonly stream: AsyncIterable<Uint8Array>
}

/** `usage` where a person at a terminal would have to type the input. */
export async function openInput(file: string | undefined): Promise<Input> {
  if (file !== undefined && file !== '-') {
    const found = await stat(file)
    return { name: file, size: found.isFile() ? found.size : undefined, stream: withYoungHeap(createReadStream(file)) }
  }
  if (process.stdin.isTTY && file !== '-')
    throw usage('there is no input', 'Name a file, pipe something in, or give - to type it and end with Ctrl-D.')
  return { name: 'standard input', size: undefined, stream: withYoungHeap(process.stdin) }
}

/** All of an input; a failure beyond `MAX_WHOLE_BYTES`. */
export async function readWhole({ name, stream }: Input): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of stream) {
    length += piece.length
    if (length > MAX_WHOLE_BYTES)
      throw new Failure(`${name} is larger than ${MAX_WHOLE_BYTES / 1024 / 1024} MiB`, {
        hint: 'Give --jsonl if it is a document a line.',
      })
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

/** The text of bytes; a failure for what is no UTF-8. */
export function textOf(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Failure(`${name} is not UTF-8`)
  }
}

export const readText = async (file: string): Promise<string> => textOf(await readFile(file), file)

const MAX_LINE_BYTES = MAX_WHOLE_BYTES

export interface Line {
  readonly number: number
  /** As it stands there, without the line feed. */
  readonly bytes: Uint8Array
}

const isBlank = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 32 || (byte >= 9 && byte <= 13))

/** The lines of an input that are not blank, with their numbers from 1 on. */
export async function* rawLinesOf({ name, stream }: Input): AsyncGenerator<Line> {
  let held: Uint8Array[] = []
  let heldBytes = 0
  let number = 0
  const line = (last: Uint8Array) => {
    const bytes = held.length === 0 ? last : Buffer.concat([...held, last])
    ;[held, heldBytes] = [[], 0]
    return { bytes, number: ++number }
  }
  for await (const piece of stream) {
    let from = 0
    for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, from)) {
      const found = line(piece.subarray(from, end))
      if (!isBlank(found.bytes)) yield found
      from = end + 1
    }
    held.push(piece.subarray(from))
    heldBytes += piece.length - from
    if (heldBytes > MAX_LINE_BYTES)
      throw new Failure(`line ${number + 1} of ${name} is longer than ${MAX_LINE_BYTES / 1024 / 1024} MiB`)
  }
  const rest = line(new Uint8Array())
  if (!isBlank(rest.bytes)) yield rest
}

/** The text of a line, without a byte-order mark and CR; a failure for what is no UTF-8. */
export const lineText = ({ bytes, number }: Line): string => textOf(bytes, `line ${number}`).trim()

/** The lines as texts: LF or CRLF, a byte-order mark allowed. */
export async function* linesOf(input: Input): AsyncGenerator<{ readonly text: string; readonly number: number }> {
  for await (const line of rawLinesOf(input)) yield { text: lineText(line), number: line.number }
}
