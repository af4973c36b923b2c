import type { Finding } from '../finding.js'

/** A finding, and what decides between it and another. */
export interface Candidate {
  readonly finding: Finding
  /** Of the nearest hint, in words. */
  readonly distance: number
}

function better(a: Candidate, b: Candidate): boolean {
  if (a.finding.score !== b.finding.score) return a.finding.score > b.finding.score
  if (a.finding.validated !== b.finding.validated) return a.finding.validated
  const longer = a.finding.end - a.finding.start - (b.finding.end - b.finding.start)
  return longer !== 0 ? longer > 0 : a.distance < b.distance
}

/** Most of a number; fewer digits are a group of the other. */
const MANY_DIGITS = /\d(?:[^\d]{0,3}\d){4,}/

/** The number in a part of a finding; undefined where none is left. */
function part({ finding, distance }: Candidate, text: string, from: number, to: number): Candidate | undefined {
  const number = MANY_DIGITS.exec(text.slice(from, to))
  if (number === null) return undefined
  const start = from + number.index
  return { finding: { ...finding, start, end: start + number[0].length, validated: false }, distance }
}

/** What those that lost have beside those that are kept. */
function rests(lost: Candidate[], kept: readonly Candidate[], text: string): Candidate[] {
  const found: Candidate[] = []
  let free = 0
  let first = 0
  for (const loser of lost.sort((a, b) => a.finding.start - b.finding.start)) {
    const { start, end } = loser.finding
    while (first < kept.length && (kept[first] as Candidate).finding.end <= start) first++
    let from = Math.max(start, free)
    for (let at = first; from < end; at++) {
      const next = kept[at]?.finding
      const to = Math.min(end, next?.start ?? end)
      const rest = to > from ? part(loser, text, from, to) : undefined
      if (rest) {
        found.push(rest)
        free = to
      }
      from = Math.max(from, next?.end ?? end)
    }
  }
  return found
}

/** What overlaps is reported once, as the better one; a number that the other has beyond it is still its own. */
export function apart(candidates: Candidate[], text: string): Candidate[] {
  candidates.sort((a, b) => a.finding.start - b.finding.start || b.finding.end - a.finding.end)
  const kept: Candidate[] = []
  const lost: Candidate[] = []
  for (const candidate of candidates) {
    const last = kept[kept.length - 1]
    const { type, start, end } = candidate.finding
    if (!last || start >= last.finding.end) {
      kept.push(candidate)
      continue
    }
    // A piece of it, that a word beside it speaks for: `phone +1 415-555-0132`.
    if (end <= last.finding.end && type === last.finding.type && last.finding.rule === undefined) continue
    if (better(candidate, last)) {
      kept[kept.length - 1] = candidate
      lost.push(last)
    } else lost.push(candidate)
  }
  const more = lost.length > 0 ? rests(lost, kept, text) : lost
  return more.length > 0 ? [...kept, ...more].sort((a, b) => a.finding.start - b.finding.start) : kept
}
