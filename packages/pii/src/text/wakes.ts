import type { Recogniser } from '../recogniser.js'
import { DIGIT, LETTER, LOWER, UPPER, WORD } from './characters.js'

/** The last length that is told apart: this or more. */
const LONGEST = 63

/** A recogniser with its threshold; the same members in the same order, so that engines see one kind of object. */
export interface Ready {
  readonly type: string
  readonly rule: string | undefined
  readonly hinted: boolean
  readonly threshold: number
  readonly match: Recogniser['match']
}

/** Those that a word or a character wakes: always, or only where something speaks for their type. */
export interface Wake {
  readonly always: readonly Ready[]
  readonly hinted: readonly Ready[]
}

export const NOBODY: Wake = { always: [], hinted: [] }
export const joined = ({ always, hinted }: Wake, recogniser: Ready): Wake =>
  recogniser.hinted ? { always, hinted: [...hinted, recogniser] } : { always: [...always, recogniser], hinted }

export function add(wakes: (Wake | undefined)[], index: number, recogniser: Ready): void {
  wakes[index] = joined(wakes[index] ?? NOBODY, recogniser)
}

/** Index of a kind of word (the classes of its characters) and its length in the table of wakes. */
export const wordIndex = (seen: number, size: number): number => (seen & WORD) * (LONGEST + 1) + Math.min(size, LONGEST)

/** The kinds that a letter stands for, as classes of characters. */
const KINDS: Readonly<Record<string, readonly number[]>> = {
  d: [DIGIT],
  u: [UPPER],
  l: [UPPER, LOWER, LETTER],
  m: [DIGIT | UPPER, DIGIT | LOWER, WORD],
}

export function wakesByWord(recognisers: readonly Recogniser[], ready: readonly Ready[]): (Wake | undefined)[] {
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
