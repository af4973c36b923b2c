import { fail } from '../pii-error.js'
import type { Replacer, TextRedactionOptions } from './replacement.js'
import { isRedacted, replacerOf } from './replacement.js'

/** A part of a text and what takes its place. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * What was replaced changes what its neighbours mean: a text is looked at again until nothing more is found, and so is what was
 * redacted before. Two rounds are the rule.
 */
export const ROUNDS = 5

interface Span {
  readonly start: number
  readonly end: number
  readonly type: string
}

/** In order and apart; where two overlap the first takes the rest. A place outside the text would leave what it means in clear. */
export function apart<Place extends Span>(text: string, findings: readonly Place[]): readonly Place[] {
  const places: Place[] = []
  const isOdd = ({ start, end }: Span) => !(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && end <= text.length)
  if (findings.some(isOdd)) fail('malformed', 'a finding lies inside its text')
  for (const finding of [...findings].sort((a, b) => a.start - b.start)) {
    const last = places.at(-1)
    if (last && last.end > finding.start) places[places.length - 1] = { ...last, end: Math.max(last.end, finding.end) }
    else places.push(finding)
  }
  return places
}

/** One edit for every finding that is not redacted yet, in order. */
export function editsOf(text: string, findings: readonly Span[], replacer: Replacer): readonly Edit[] {
  const edits: Edit[] = []
  for (const finding of apart(text, findings)) {
    const { start, end } = finding
    const value = text.slice(start, end)
    if (isRedacted(value, finding.type)) continue
    const replaced = replacer(value, finding)
    if (replaced !== value) edits.push({ start, end, text: replaced })
  }
  return edits
}

export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = ''
  let from = 0
  for (const edit of edits) {
    result += text.slice(from, edit.start) + edit.text
    from = edit.end
  }
  return result + text.slice(from)
}

/** Places of the edited text, by edit. */
function placesOf(edits: readonly Edit[]): { readonly start: number; readonly end: number; readonly shift: number }[] {
  let shift = 0
  return edits.map((edit) => {
    const start = edit.start + shift
    shift += edit.text.length - (edit.end - edit.start)
    return { start, end: start + edit.text.length, shift }
  })
}

/** Spans of an edited text, widened to the whole of the edits that they touch. */
function widened(findings: readonly Span[], places: ReturnType<typeof placesOf>): Span[] {
  const spans: Span[] = []
  let at = 0
  for (const finding of findings) {
    while (at < places.length && places[at]!.end <= finding.start) at++
    let { start, end } = finding
    for (let next = at; next < places.length && places[next]!.start < end; next++) {
      start = Math.min(start, places[next]!.start)
      end = Math.max(end, places[next]!.end)
    }
    const last = spans.at(-1)
    if (last && last.end > start) spans[spans.length - 1] = { ...last, end: Math.max(last.end, end) }
    else spans.push({ start, end, type: finding.type })
  }
  return spans
}

/** The edits of a text and those of the result, as edits of the text. */
function composed(edits: readonly Edit[], places: ReturnType<typeof placesOf>, later: readonly Edit[]): Edit[] {
  const all: Edit[] = []
  let at = 0
  let shift = 0
  for (const edit of later) {
    while (at < places.length && places[at]!.end <= edit.start) {
      all.push(edits[at]!)
      shift = places[at++]!.shift
    }
    const start = edit.start - shift
    while (at < places.length && places[at]!.start < edit.end) shift = places[at++]!.shift
    all.push({ start, end: edit.end - shift, text: edit.text })
  }
  all.push(...edits.slice(at))
  return all
}

/** All edits of a text, until nothing more is found. */
export function settledEdits(text: string, { detector, replace }: TextRedactionOptions): readonly Edit[] {
  const replacer = replacerOf(replace)
  let edits = editsOf(text, detector.detectText(text), replacer)
  let last = edits
  for (let round = 1; round < ROUNDS && last.length > 0; round++) {
    const current = applyEdits(text, edits)
    const places = placesOf(edits)
    last = editsOf(current, widened(detector.detectText(current), places), replacer)
    if (last.length > 0) edits = composed(edits, places, last)
  }
  return edits
}
