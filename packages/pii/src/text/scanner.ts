import type { Finding } from '../finding.js'
import type { FieldName } from '../names/field-name.js'
import type { Match, Recogniser } from '../recogniser.js'
import { HIGH } from '../recogniser.js'
import { afterEscape, opensNumber } from './boundaries.js'
import { CLASSES, ENCODES, isDigit, TRIGGER, WORD } from './characters.js'
import { type ContextReader, NOTHING, type TextContext } from './context.js'
import { ESCAPE, encodedLength, fold } from './folding.js'
import { apart, type Candidate } from './overlap.js'
import { add, joined, NOBODY, type Ready, type Wake, wakesByWord, wordIndex } from './wakes.js'

const NONE: Finding[] = []
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

/** Most strings of a job that have digits: a UUID (RFC 9562) or a timestamp (RFC 3339). */
function isInert(text: string): boolean {
  if (text.charCodeAt(4) === 45) return text.length > 18 && text.length < 36 && TIMESTAMP.test(text)
  return text.length === 36 && text.charCodeAt(8) === 45 && UUID.test(text)
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
