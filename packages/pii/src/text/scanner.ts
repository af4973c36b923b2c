import type { Finding } from '../finding.js'
import type { FieldName } from '../names/field-name.js'
import type { Match, Recogniser } from '../recogniser.js'
import { HIGH } from '../recogniser.js'
import { afterEscape, opensNumber } from './boundaries.js'
import { CLASSES, DIGIT, ENCODES, isDigit, LETTER, LOWER, TRIGGER, UPPER, WORD } from './characters.js'
import { type ContextReader, NOTHING, type TextContext } from './context.js'
import { ESCAPE, encodedLength, fold } from './folding.js'

const NONE: Finding[] = []
const LONGEST = 63
/** A hint raises a score by this much, to at least FLOOR. */
const HINT = 0.35
const FLOOR = 0.6
/** A word that names something else (order, version, hash) lowers it. */
const HOSTILITY = 0.4
/** Hints of the field's name come after those of the text. */
const FIELD_DISTANCE = 20
/** Tokens without a sign are at least this long. */
const SHORTEST_TOKEN = 16
/** In the source of a JSON text `\\n` ends a word. */
const BACKSLASH = 92
/** Anything but letters and what stands between words. */
const NOT_MERE = /[^ A-Za-z.,'!?;"]/
const SEPARATOR = /[\s=:&,;|?>(#/]/
const SPACED = /[ \t]/
const FAR = Number.POSITIVE_INFINITY

export interface Scanner {
  /** Findings in order of their start, none inside another; at least as high as the threshold of their type. */
  scan(text: string, field?: FieldName): Finding[]
}

export interface ScannerOptions {
  readonly recognisers: readonly Recogniser[]
  readonly reader: ContextReader
  readonly threshold: (type: string) => number
}

const TIMESTAMP = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?$/
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i

/** An encoded character, a code of a terminal, or a + for a space between the digits of a query. */
function isEncoded(text: string, at: number, code: number): boolean {
  if (code !== 43) return encodedLength(text, at) > 1
  return at > 0 && isDigit(text.charCodeAt(at - 1)) && text.slice(Math.max(0, at - 40), at).includes('=')
}

interface Candidate {
  readonly finding: Finding
  /** Of the nearest hint, in words. */
  readonly distance: number
}

/** One scan. */
interface Scan {
  readonly text: string
  readonly field: FieldName | undefined
  /** The name of the field, or words of the text, may speak for something. */
  readonly named: boolean
  spoken: boolean | undefined
  context: TextContext | undefined
  found: Candidate[] | undefined
}

/** Those that a word or a character wakes: always, or only where something speaks for their type. */
interface Wake {
  readonly always: readonly Ready[]
  readonly hinted: readonly Ready[]
}

const NOBODY: Wake = { always: [], hinted: [] }
const joined = ({ always, hinted }: Wake, recogniser: Ready): Wake =>
  recogniser.hinted ? { always, hinted: [...hinted, recogniser] } : { always: [...always, recogniser], hinted }

function add(wakes: (Wake | undefined)[], index: number, recogniser: Ready): void {
  wakes[index] = joined(wakes[index] ?? NOBODY, recogniser)
}

/** Index of a kind of word (the classes of its characters) and its length in the table of wakes. */
const wordIndex = (seen: number, size: number): number => (seen & WORD) * (LONGEST + 1) + Math.min(size, LONGEST)

/** The kinds that a letter stands for, as classes of characters. */
const KINDS: Readonly<Record<string, readonly number[]>> = {
  d: [DIGIT],
  u: [UPPER],
  l: [UPPER, LOWER, LETTER],
  m: [DIGIT | UPPER, DIGIT | LOWER, WORD],
}

function wakesByWord(recognisers: readonly Recogniser[], ready: readonly Ready[]): (Wake | undefined)[] {
  const wakes: (Wake | undefined)[] = new Array((WORD + 1) * (LONGEST + 1)).fill(undefined)
  for (const [position, { words }] of recognisers.entries()) {
    for (const wake of words?.split(' ') ?? []) {
      const kinds = KINDS[wake.charAt(0)] ?? []
      const [from, to = from] = wake.slice(1).split('-').map(Number) as [number, number?]
      for (let length = from; length <= to; length++)
        for (const kind of kinds) add(wakes, wordIndex(kind, length), ready[position] as Ready)
    }
  }
  return wakes
}

function better(a: Candidate, b: Candidate): boolean {
  if (a.finding.score !== b.finding.score) return a.finding.score > b.finding.score
  if (a.finding.validated !== b.finding.validated) return a.finding.validated
  const longer = a.finding.end - a.finding.start - (b.finding.end - b.finding.start)
  return longer !== 0 ? longer > 0 : a.distance < b.distance
}

/** Most strings of a job that have digits: a UUID (RFC 9562) or a timestamp (RFC 3339). */
function isInert(text: string): boolean {
  if (text.charCodeAt(4) === 45) return text.length > 18 && text.length < 36 && TIMESTAMP.test(text)
  return text.length === 36 && text.charCodeAt(8) === 45 && UUID.test(text)
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
function apart(candidates: Candidate[], text: string): Candidate[] {
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

/** Proved, and sure to end where it does: groups of digits may have taken the first of another number. */
const isWhole = (text: string, { start, end, score }: Finding): boolean =>
  score >= HIGH && !(isDigit(text.charCodeAt(end - 1)) && SPACED.test(text.slice(start, end)))

/** Inside what the same rule has found last. */
function isWithin(found: readonly Candidate[] | undefined, rule: string, at: number): boolean {
  const last = found?.[found.length - 1]?.finding
  return last !== undefined && last.rule === rule && at > last.start && at < last.end
}

/** A span of the folded text, where it is in the original. */
function restored(finding: Finding, text: string, offsets: Uint32Array): Finding {
  const last = offsets[finding.end - 1] as number
  return { ...finding, start: offsets[finding.start] as number, end: last + encodedLength(text, last) }
}

/** A recogniser with its threshold; the same members in the same order, so that engines see one kind of object. */
interface Ready {
  readonly type: string
  readonly rule: string | undefined
  readonly hinted: boolean
  readonly threshold: number
  readonly match: Recogniser['match']
}

/** One pass over a text: words and characters wake the recognisers that asked for them. */
export function createScanner({ recognisers, reader, threshold }: ScannerOptions): Scanner {
  const ready = recognisers.map(
    ({ type, rule, hinted = false, match }): Ready => ({ type, rule, hinted, threshold: threshold(type), match }),
  )
  const words = wakesByWord(recognisers, ready)
  const characters: (Wake | undefined)[] = new Array(128).fill(undefined)
  /** Characters beyond ASCII, by code unit; absent where nobody asked for one. */
  let foreign: Map<number, Wake> | undefined
  const prefixes: (Wake | undefined)[] = new Array(128 * 128).fill(undefined)
  const classes = CLASSES.slice()
  for (const code of [ESCAPE, 37, 43, BACKSLASH]) classes[code] = ENCODES
  for (const [position, { characters: signs, prefixes: starts }] of recognisers.entries()) {
    const recogniser = ready[position] as Ready
    for (const character of signs ?? '') {
      const code = character.charCodeAt(0)
      if (code >= 128) {
        foreign ??= new Map()
        foreign.set(code, joined(foreign.get(code) ?? NOBODY, recogniser))
        continue
      }
      classes[code] = (classes[code] as number) | TRIGGER
      add(characters, code, recogniser)
    }
    for (const prefix of new Set(starts?.map((text) => text.slice(0, 2)) ?? []))
      add(prefixes, prefix.charCodeAt(0) * 128 + prefix.charCodeAt(1), recogniser)
  }
  const prefixed = recognisers.some((recogniser) => recogniser.prefixes)
  const lettersOnly = recognisers.filter((recogniser) => recogniser.lettersOnly)
  const always = lettersOnly.length > 0 && lettersOnly.length === recognisers.length
  /** For texts without digits and signs, where that is not what all are for. */
  const letters = lettersOnly.length > 0 && !always ? createScanner({ recognisers: lettersOnly, reader, threshold }) : undefined

  function contextOf(scan: Scan): TextContext {
    scan.context ??= reader.open(scan.text)
    return scan.context
  }

  /** Mere words hold nothing; only a token may be without digit and sign. */
  function isMere(text: string): boolean {
    if (always || NOT_MERE.test(text)) return false
    return !prefixed || text.length < SHORTEST_TOKEN || text.includes(' ')
  }

  /** Whether words of the text may speak for something: there must be something between words. */
  function speaks(scan: Scan, at: number): boolean {
    scan.spoken ??= SEPARATOR.test(scan.text)
    return scan.spoken && reader.speaks(contextOf(scan), at)
  }

  function weigh(scan: Scan, match: Match, recogniser: Ready): Candidate | undefined {
    const { type } = recogniser
    const { start, end, validated } = match
    const { text, field } = scan
    let { score } = match
    let distance = FAR
    // What is proved, or does not look like a number, needs nobody to speak for it and cannot be an order's.
    if (!validated && (score < HIGH || isDigit(text.charCodeAt(start)))) {
      const around = speaks(scan, start) ? reader.around(contextOf(scan), start, end) : NOTHING
      const near = around.hints.get(type)
      const named = near === undefined ? field?.hints.get(type) : undefined
      if (near !== undefined) distance = near
      else if (named !== undefined) distance = FIELD_DISTANCE + named
      if (distance !== FAR) score = Math.min(1, Math.max(Math.round((score + HINT) * 100) / 100, FLOOR))
      else if (around.hostile || (field?.hostile && end - start > text.length - 4)) score -= HOSTILITY
    }
    if (score < recogniser.threshold) return undefined
    const { rule } = recogniser
    return {
      finding: rule === undefined ? { type, start, end, score, validated } : { type, start, end, score, validated, rule },
      distance,
    }
  }

  /** Calls recognisers at one place; where to go on. */
  function call(scan: Scan, list: readonly Ready[], start: number, end: number): number {
    let next = end
    for (let at = 0; at < list.length; at++) {
      const recogniser = list[at] as Ready
      if (recogniser.hinted && !spokenFor(scan, recogniser.type, start)) continue
      if (recogniser.rule !== undefined && isWithin(scan.found, recogniser.rule, start)) continue
      const match = recogniser.match(scan.text, start, end)
      if (match === undefined) continue
      const candidate = weigh(scan, match, recogniser)
      if (candidate === undefined) continue
      if (scan.found === undefined) scan.found = [candidate]
      else scan.found.push(candidate)
      // Inside what is proved there is nothing else; where a type has rules, another may know better.
      if (match.end > next && (match.validated || (recogniser.rule === undefined && isWhole(scan.text, candidate.finding))))
        next = match.end
    }
    return next
  }

  function spokenFor(scan: Scan, type: string, at: number): boolean {
    return scan.field?.hints.has(type) === true || (speaks(scan, at) && reader.mentions(contextOf(scan), type, at))
  }

  function wake(scan: Scan, { always, hinted }: Wake, start: number, end: number): number {
    const next = always.length > 0 ? call(scan, always, start, end) : end
    if (hinted.length === 0 || !opensNumber(scan.text, start) || !(scan.named || speaks(scan, start))) return next
    return Math.max(next, call(scan, hinted, start, end))
  }

  /** False where the text must be folded first. */
  function pass(scan: Scan, folded: boolean): boolean {
    const { text } = scan
    const length = text.length
    let at = 0
    while (at < length) {
      let code = text.charCodeAt(at)
      if (code >= 128) {
        if (!folded) return false
        const woken = foreign?.get(code)
        at = woken === undefined ? at + 1 : wake(scan, woken, at, at + 1)
        continue
      }
      let kind = classes[code] as number
      if ((kind & WORD) === 0) {
        if (kind & ENCODES && !folded && isEncoded(text, at, code)) return false
        if (kind & TRIGGER) at = wake(scan, characters[code] as Wake, at, at + 1)
        else at += code === BACKSLASH && afterEscape(text, at + 2) ? 2 : 1
        continue
      }
      const start = at
      let seen = kind
      while (++at < length) {
        code = text.charCodeAt(at)
        if (code >= 128) break
        kind = classes[code] as number
        if ((kind & WORD) === 0) break
        seen |= kind
      }
      const end = at
      const woken = words[wordIndex(seen, end - start)]
      if (woken !== undefined) at = wake(scan, woken, start, end)
      if (prefixed && end - start > 1) {
        const starting = prefixes[text.charCodeAt(start) * 128 + text.charCodeAt(start + 1)]
        if (starting !== undefined) at = Math.max(at, wake(scan, starting, start, end))
      }
    }
    return true
  }

  return {
    scan(original, field) {
      const named = field !== undefined && field.hints.size > 0
      if (isMere(original)) return letters?.scan(original, field) ?? NONE
      if (!named && isInert(original)) return NONE
      let scan: Scan = { text: original, field, named, spoken: undefined, context: undefined, found: undefined }
      let offsets: Uint32Array | undefined
      if (!pass(scan, false)) {
        const folded = fold(original)
        offsets = folded.offsets
        scan = { text: folded.text, field, named, spoken: true, context: undefined, found: undefined }
        pass(scan, true)
      }
      if (scan.found === undefined) return NONE
      const kept = scan.found.length > 1 ? apart(scan.found, scan.text) : scan.found
      const findings: Finding[] = new Array(kept.length)
      for (let at = 0; at < kept.length; at++) {
        const { finding } = kept[at] as Candidate
        findings[at] = offsets ? restored(finding, original, offsets) : finding
      }
      return findings
    },
  }
}
