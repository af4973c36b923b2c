import { HOSTILE, hashOf, hashStep, type Lexicon, type Mention } from '../names/lexicon.js'
import { afterEscape } from './boundaries.js'
import { CLASSES, isDigit, WORD } from './characters.js'
import { tokensOf, wordsOf } from './words.js'

/** What the words around a value say of it. */
export interface Neighbours {
  /** By type: how many words away the nearest term is. */
  readonly hints: ReadonlyMap<string, number>
  /** One of the words just before names something else, such as an order. */
  readonly hostile: boolean
}

/** The words of one text, as far as somebody asked for them. */
export interface TextContext {
  readonly text: string
  /** Position of the block that was read last. */
  number: number
  block: Block | undefined
}

/** Reads the words around places of a text. */
export interface ContextReader {
  open(text: string): TextContext
  /** Whether a term of the type is anywhere near: where it is false, `around` gives no hint of it. */
  mentions(context: TextContext, type: string, at: number): boolean
  /** Whether any term is near. */
  speaks(context: TextContext, at: number): boolean
  around(context: TextContext, start: number, end: number): Neighbours
}

interface Block {
  readonly count: number
  /** Offsets in the text. */
  readonly starts: readonly number[]
  readonly ends: readonly number[]
  readonly mentions: readonly Mention[]
  readonly types: ReadonlySet<string>
}

/** Words are looked up by blocks, once each and only where a value asks for it. */
const BLOCK = 1024
/** Characters of the neighbouring blocks that are read as well: what is within reach, and the rest of a phrase. */
const MARGIN_BEFORE = 128
const MARGIN_AFTER = 160
/** How many characters away a word still speaks, the same wherever the blocks are. */
const REACH_BEFORE = 96
const REACH_AFTER = 64
const LONGEST_WORD = 64
const WORDS_BEFORE = 8
const WORDS_AFTER = 4
const HOSTILE_WITHIN = 3
const CLAUSE_END = /[,;\n\r"{}[\]|&<>]/
const NEGATION = /\b(?:not|no|isn|doesn|don|never|nicht|kein|keine|nao|pas|non|nie)\b|n't|não|不|没|ない|ません|아닙|없/i

const NO_HINTS: ReadonlyMap<string, number> = new Map()
const NO_TYPES: ReadonlySet<string> = new Set()
export const NOTHING: Neighbours = { hints: NO_HINTS, hostile: false }

const BACKSLASH = 92
/** The last sign before the letters of Latin-1. */
const LAST_SIGN = 0xbf
/** Part of a word: ASCII letters and digits, and what is likely a letter beyond. */
const isLetter = (code: number) => (code < 128 ? ((CLASSES[code] as number) & WORD) !== 0 : code > LAST_SIGN)
const isUpper = (code: number) => code >= 65 && code <= 90
const isLower = (code: number) => code >= 97 && code <= 122

/** Where the word that begins at `at` ends: as `wordsOf` cuts, for ASCII. */
function wordEnd(text: string, at: number, to: number): number {
  let end = at + 1
  const first = text.charCodeAt(at)
  if (isDigit(first)) {
    while (end < to && isDigit(text.charCodeAt(end))) end++
    return end
  }
  if (isUpper(first)) {
    while (end < to && isUpper(text.charCodeAt(end))) end++
    if (end >= to || !isLower(text.charCodeAt(end))) return end
    if (end - at > 1) return end - 1
  }
  while (end < to && isLower(text.charCodeAt(end))) end++
  return end
}

/** The end of the word that a place is in: half of a word is another. */
function atEdge(text: string, at: number): number {
  if (at === 0) return 0
  let edge = at
  while (edge < at + LONGEST_WORD && edge < text.length && isLetter(text.charCodeAt(edge - 1)) && isLetter(text.charCodeAt(edge)))
    edge++
  return edge < at + LONGEST_WORD ? edge : at
}

/** Reads a part of a text: ASCII words in place, whatever holds another letter by `wordsOf`. */
function readBlock(lexicon: Lexicon, text: string, from: number, to: number): Block {
  const starts: number[] = []
  const ends: number[] = []
  const hashes: number[] = []
  /** Words that are not a slice of the text, by position. */
  let foreign: Map<number, string> | undefined
  for (let at = from; at < to; ) {
    const code = text.charCodeAt(at)
    if (code < 128 ? ((CLASSES[code] as number) & WORD) === 0 : code <= LAST_SIGN) {
      at += code === BACKSLASH && afterEscape(text, at + 2) ? 2 : 1
      continue
    }
    const end = code < 128 ? wordEnd(text, at, to) : at
    if (end < to && text.charCodeAt(end) > LAST_SIGN) {
      let stop = end
      while (stop < to && isLetter(text.charCodeAt(stop))) stop++
      foreign ??= new Map()
      for (const { token, at: offset } of tokensOf(text.slice(at, stop))) {
        for (const word of wordsOf(token)) {
          foreign.set(hashes.length, word)
          hashes.push(hashOf(word))
          starts.push(at + offset)
          ends.push(at + offset + token.length)
        }
      }
      at = stop
      continue
    }
    let hash = 0
    for (let next = at; next < end; next++) hash = hashStep(hash, text.charCodeAt(next) | 32)
    hashes.push(hash)
    starts.push(at)
    ends.push(end)
    at = end
  }
  const mentions = lexicon.mentionsOf(hashes, (at) => foreign?.get(at) ?? text.slice(starts[at], ends[at]).toLowerCase())
  return { count: starts.length, starts, ends, mentions, types: typesOf(mentions) }
}

/** Whether any word may begin a phrase; most texts hold none, and are not read further. */
function maySpeak({ begins }: Lexicon, text: string, from: number, to: number): boolean {
  for (let at = from; at < to; ) {
    const code = text.charCodeAt(at)
    if (code > LAST_SIGN) return true
    if (!isLetter(code)) {
      at += code === BACKSLASH && afterEscape(text, at + 2) ? 2 : 1
      continue
    }
    const end = wordEnd(text, at, to)
    let hash = 0
    for (; at < end; at++) hash = hashStep(hash, text.charCodeAt(at) | 32)
    if (begins[hash] !== 0) return true
  }
  return false
}

const SILENT: Block = { count: 0, starts: [], ends: [], mentions: [], types: NO_TYPES }
const typesOf = (mentions: readonly Mention[]): ReadonlySet<string> =>
  mentions.length === 0 ? NO_TYPES : new Set(mentions.map(({ type }) => type))

/** The number of words that end at or before an offset. */
function wordsUntil({ count, ends }: Block, offset: number): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ends[middle] as number) <= offset) low = middle + 1
    else high = middle
  }
  return low
}

function neighbours(block: Block, text: string, start: number, end: number): Neighbours {
  const before = wordsUntil(block, start)
  let after = before
  while (after < block.count && (block.starts[after] as number) < end) after++
  let hints: Map<string, number> | undefined
  let hostile = false
  let last: number | undefined
  for (const { type, at, length } of block.mentions) {
    if (at < before - WORDS_BEFORE || (block.ends[at + length - 1] as number) < start - REACH_BEFORE) continue
    if (at >= after + WORDS_AFTER) break
    const stop = at + length
    if (stop <= before) {
      if (type === HOSTILE) hostile ||= stop > before - HOSTILE_WITHIN && !isSpent(block, text, stop, before)
      else {
        hints ??= new Map()
        hints.set(type, Math.min(hints.get(type) ?? 99, before - stop))
      }
    } else if (at >= after && type !== HOSTILE) {
      last ??= lastOfClause(block, text, after, start, end)
      if (at >= last) continue
      hints ??= new Map()
      if (!hints.has(type)) hints.set(type, at - after + 1)
    }
  }
  return hints || hostile ? { hints: hints ?? NO_HINTS, hostile } : NOTHING
}

/** A number that a comma, colon or bracket ends has taken the word before it: `order 4711, 123-45-6789`. */
function isSpent({ starts, ends }: Block, text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++)
    if (isDigit(text.charCodeAt(starts[at] as number)) && ',;:)'.includes(text.charAt(ends[at] as number))) return true
  return false
}

/** Words behind a value speak for it within its clause, and unless they say that it is not. */
function lastOfClause(block: Block, text: string, after: number, start: number, end: number): number {
  const behind = text.slice(end, end + REACH_AFTER)
  const stop = behind.search(CLAUSE_END)
  const limit = Math.min(end + (stop < 0 ? REACH_AFTER : stop), start + MARGIN_BEFORE)
  let last = after
  while (last < block.count && last < after + WORDS_AFTER && (block.starts[last] as number) < limit) last++
  const spoken = last > after ? text.slice(end, block.ends[last - 1]) : ''
  return NEGATION.test(spoken) ? after : last
}

/** Nothing is read before the first question, and every part of a text at most once. */
export function createContextReader(lexicon: Lexicon): ContextReader {
  function blockAt(context: TextContext, offset: number): Block {
    const number = Math.floor(offset / BLOCK)
    if (context.block === undefined || number !== context.number) {
      const { text } = context
      context.number = number
      const from = atEdge(text, Math.max(0, number * BLOCK - MARGIN_BEFORE))
      const to = atEdge(text, Math.min(text.length, (number + 1) * BLOCK + MARGIN_AFTER))
      context.block = maySpeak(lexicon, text, from, to) ? readBlock(lexicon, text, from, to) : SILENT
    }
    return context.block
  }
  return {
    open: (text) => ({ text, number: 0, block: undefined }),
    mentions: (context, type, at) => blockAt(context, at).types.has(type),
    speaks: (context, at) => blockAt(context, at).mentions.length > 0,
    around(context, start, end) {
      const block = blockAt(context, start)
      return block.mentions.length > 0 ? neighbours(block, context.text, start, end) : NOTHING
    },
  }
}
