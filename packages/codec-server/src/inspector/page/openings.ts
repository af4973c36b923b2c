import type { ReportEntry } from '../../dialects/native.js'
import type { Outcome } from '../../opening/codec-call.js'

/** What became of something sealed, as far as this page has asked. */
export type Opening =
  | {
      readonly status: 'open'
      /** What was asked for. */
      readonly asked: 'masked' | 'clear'
      readonly outcome: 'clear' | 'masked' | 'withheld'
      readonly value: unknown
      /** Envelopes further down that stayed as they were. */
      readonly left: number
    }
  | { readonly status: 'failed'; readonly why: string }

const WHY: Readonly<Partial<Record<Outcome, string>>> = {
  refused: 'No rule lets you open this. The refusal is on record.',
  failed: 'It does not open: another key, another context, a destroyed key, or tampering. Which of these, nobody is told.',
  unavailable: 'The key service does not answer. The same may work later.',
}
const NO_CONTEXT = 'It stores no context. Say where it belongs, then open it.'

const isShown = (outcome: Outcome | undefined): outcome is 'clear' | 'masked' | 'withheld' =>
  outcome === 'clear' || outcome === 'masked' || outcome === 'withheld'

/** What the report of a batch says of its element `at`. */
export function openingOf(
  at: number,
  value: unknown,
  report: readonly ReportEntry[],
  asked: 'masked' | 'clear',
  hasClaim: boolean,
): Opening {
  const own = `/${at}`
  // What came out of an envelope may be one too, at the same place.
  const entry = report.find(({ pointer, within }) => pointer === own && within === undefined)
  if (!isShown(entry?.outcome)) {
    const lacksContext = entry?.outcome === 'failed' && entry.context === null && !hasClaim
    return { status: 'failed', why: lacksContext ? NO_CONTEXT : (WHY[entry?.outcome ?? 'failed'] ?? WHY.failed!) }
  }
  const isInside = ({ pointer, within }: ReportEntry) =>
    pointer.startsWith(`${own}/`) || (pointer === own && within !== undefined)
  const left = report.filter((each) => isInside(each) && !isShown(each.outcome)).length
  return { status: 'open', asked, outcome: entry.outcome, value, left }
}

/** Cuts a list into batches of at most so many elements and so much text. */
export function batchesOf<T>(list: readonly T[], lengthOf: (each: T) => number, most: { count: number; length: number }): T[][] {
  const batches: T[][] = []
  let length = 0
  for (const each of list) {
    const last = batches.at(-1)
    if (last && last.length < most.count && length + lengthOf(each) <= most.length) last.push(each)
    else {
      batches.push([each])
      length = 0
    }
    length += lengthOf(each)
  }
  return batches
}
