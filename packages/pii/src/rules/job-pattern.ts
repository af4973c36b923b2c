import { fail } from '../pii-error.js'

/** A pattern over the dot-separated types of jobs. */
export interface JobPattern {
  readonly text: string
  /** Of each segment, how much it says: see `compareSpecificity`. */
  readonly weights: readonly number[]
  matches(jobType: string): boolean
}

const EXACT = Number.POSITIVE_INFINITY
const END = -1
const ANY = -2

/** Whether a pattern fits items, where one of its own stands for any number of them; without backing up further than the last such. */
function fits(
  pattern: readonly string[],
  items: readonly string[],
  star: string,
  same: (part: string, item: string) => boolean,
): boolean {
  let part = 0
  let at = 0
  let resume = -1
  let taken = 0
  while (at < items.length) {
    if (pattern[part] === star) {
      resume = ++part
      taken = at
    } else if (part < pattern.length && same(pattern[part] as string, items[at] as string)) {
      part++
      at++
    } else if (resume >= 0) {
      part = resume
      at = ++taken
    } else return false
  }
  while (pattern[part] === star) part++
  return part === pattern.length
}

const equal = (part: string, item: string) => part === item
const segmentFits = (pattern: string, segment: string): boolean =>
  pattern === segment || fits([...pattern], [...segment], '*', equal)

/** `config` where a pattern is empty, or `**` is only a part of a segment. */
export function parseJobPattern(text: string): JobPattern {
  if (typeof text !== 'string' || text === '') fail('config', 'a pattern of job types is not empty')
  const segments = text.split('.')
  if (segments.some((segment) => segment !== '**' && segment.includes('**')))
    fail('config', `** stands for whole segments between dots: ${text}`)
  const weights = segments.map((segment) => {
    if (segment === '**') return ANY
    return segment.includes('*') ? segment.replaceAll('*', '').length : EXACT
  })
  return { text, weights, matches: (jobType) => fits(segments, jobType.split('.'), '**', segmentFits) }
}

/**
 * Negative where the first pattern says less. Segment by segment from the left, the first difference decides: a name says more than
 * one with `*` in it, that more the more characters it has, `*` alone less, the end of the pattern still less, and `**` least.
 */
export function compareSpecificity({ weights: a }: JobPattern, { weights: b }: JobPattern): number {
  for (let at = 0; at <= a.length && at <= b.length; at++) {
    const [left, right] = [a[at] ?? END, b[at] ?? END]
    if (left !== right) return left < right ? -1 : 1
  }
  return 0
}
