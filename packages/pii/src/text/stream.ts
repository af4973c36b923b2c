import type { Finding } from '../finding.js'
import { fail } from '../pii-error.js'
import type { Scanner } from './scanner.js'

/** Characters looked at together. */
const WINDOW = 65_536
/** What may still grow is held back: more than the longest finding, a block of PEM. */
const HELD = 20_480
/** What stands before is kept for its words, by whole blocks of `context.ts`: so they are cut as those of the whole text. */
const BLOCK = 1024

/** Findings of a text in pieces, as if it had come in one; nothing that may still grow is told. */
export async function* detectStream(
  scanner: Scanner,
  chunks: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<Finding, void, undefined> {
  let buffer = ''
  /** Offset in the whole of the buffer's start; findings before `told` in the buffer are out already. */
  let offset = 0
  let told = 0
  function* flush(end: number): Generator<Finding> {
    let cut = end
    for (const finding of scanner.scan(buffer)) {
      if (finding.start < told) continue
      if (finding.end > end) {
        cut = Math.min(cut, finding.start)
        break
      }
      yield { ...finding, start: finding.start + offset, end: finding.end + offset }
    }
    const drop = Math.max(0, Math.floor(cut / BLOCK) - 1) * BLOCK
    buffer = buffer.slice(drop)
    offset += drop
    told = cut - drop
  }
  for await (const chunk of chunks) {
    if (typeof chunk !== 'string') fail('malformed', 'a piece of a text is a string')
    buffer += chunk
    if (buffer.length >= WINDOW + HELD) yield* flush(buffer.length - HELD)
  }
  yield* flush(buffer.length)
}
