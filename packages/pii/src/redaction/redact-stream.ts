import { fail } from '../pii-error.js'
import { applyEdits, settledEdits } from './edits.js'
import { checkDetector, NOT_REDACTED, replacerOf, type TextRedactionOptions } from './replacement.js'

/** The reader of words goes by blocks of this length: what is kept begins with one. */
const BLOCK = 1024
/** Characters looked at together. */
const WINDOW = 64 * BLOCK
/** What may still grow is held back: longer than the longest finding, a block of PEM. */
const HELD = 18 * BLOCK
/** No finding is as long: one that seems to be is cut rather than kept in memory. */
const MOST = 2 * (WINDOW + HELD)

const isLow = (code: number) => code >= 0xdc00 && code <= 0xdfff

/**
 * Redacts a text in pieces, as `redactText` does the whole. Up to 82 K characters are held back, so that nothing is passed on of which
 * a later piece might make a finding; what was held comes out at the end. A part on which the detector throws comes out as
 * `[not redacted: error]`.
 *
 * @example
 * response.body.pipeThrough(new TextDecoderStream()).pipeThrough(redactStream({ detector }))
 */
export function redactStream(options: TextRedactionOptions): TransformStream<string, string> {
  checkDetector(options.detector, 'detectText')
  replacerOf(options.replace)
  /** Begins with what is out already, up to `told`. */
  let buffer = ''
  let told = 0

  function flush(end: number): string {
    let cut = end
    let result: string
    try {
      const edits = settledEdits(buffer, options)
      const crossing = edits.find((edit) => edit.start < end && edit.end > end)
      if (crossing) cut = buffer.length > MOST ? crossing.end : Math.max(told, crossing.start)
      if (cut > told && isLow(buffer.charCodeAt(cut))) cut--
      const within = edits.filter((edit) => edit.end > told && edit.start < cut)
      const from = told
      result = applyEdits(
        buffer.slice(from, cut),
        within.map(({ start, end: stop, text }) => ({ start: Math.max(start, from) - from, end: stop - from, text })),
      )
    } catch {
      cut = end
      result = NOT_REDACTED
    }
    const drop = Math.max(0, Math.floor(cut / BLOCK) - 1) * BLOCK
    buffer = buffer.slice(drop)
    told = cut - drop
    return result
  }

  return new TransformStream<string, string>({
    transform(chunk, controller) {
      if (typeof chunk !== 'string') fail('malformed', 'a piece of a text is a string')
      buffer += chunk
      if (buffer.length < told + WINDOW + HELD) return
      const result = flush(buffer.length - HELD)
      if (result !== '') controller.enqueue(result)
    },
    flush(controller) {
      const result = flush(buffer.length)
      if (result !== '') controller.enqueue(result)
    },
  })
}
