import type { Match, Recogniser } from '../recogniser.js'
import { CERTAIN, HIGH, LOW } from '../recogniser.js'
import { afterEscape } from '../text/boundaries.js'
import { entropy, isMasked } from './opacity.js'

const CLASSES: Readonly<Record<string, string>> = { '@': '[A-Za-z0-9]', '#': '[0-9a-f]', '&': '[\\w-]' }
/** Bits a character; what is random is above it even at 16 hex digits, `123123123` is not. */
const LEAST_ENTROPY = 2.7

/** Code, paths and encoded data go on where a token would end. */
const CONTINUES_BEFORE = /[\w+]/
const CONTINUES_AFTER = /[\w+-]/

function standsApart(text: string, start: number, end: number, behind: boolean): boolean {
  if (end < text.length && CONTINUES_AFTER.test(text.charAt(end))) return false
  if (start === 0) return true
  const before = text.charAt(start - 1)
  // Names are put before tokens with an underscore (`MY_ghp_...`); a file's ending is not the beginning of one.
  if (before === '_') return !behind
  if (afterEscape(text, start)) return true
  return !CONTINUES_BEFORE.test(before) && !(before === '.' && start > 1 && CONTINUES_BEFORE.test(text.charAt(start - 2)))
}

/** A checksum that some tokens of a rule carry; tokens made up for tests fail it, so it never speaks against one. */
export type Check = (token: string) => boolean

/** A recogniser from one line of the table of shapes. */
export function shape(line: string, checks: Readonly<Record<string, Check>> = {}): Recogniser {
  const [rule = '', pattern = '', ...rest] = line.split(' ')
  const options = new Map(
    rest.map((option): [string, string] => [option.split('=')[0] as string, option.slice(option.indexOf('=') + 1)]),
  )
  const back = Number(options.get('back') ?? 0)
  const [first = '', ...others] = (options.get('wake') ?? (/^[A-Za-z0-9]+/.exec(pattern) as RegExpExecArray)[0]).split(',')
  const wakes = [first, ...others]
  const isWords = /^[dlm]\d/.test(first)
  const isCharacter = first.length === 1
  const check = checks[rule]
  let expression: RegExp | undefined

  function match(text: string, at: number): Match | undefined {
    if (!isWords && !text.startsWith(first, at) && !others.some((wake) => text.startsWith(wake, at))) return undefined
    const start = at - back
    if (start < 0) return undefined
    expression ??= new RegExp(
      pattern.replace(/[@#&]/g, (letter) => CLASSES[letter] as string),
      'y',
    )
    expression.lastIndex = start
    if (!expression.test(text)) return undefined
    const end = expression.lastIndex
    if (!standsApart(text, start, end, back > 0)) return undefined
    const token = text.slice(start, end)
    if (options.has('plain') ? /x{8}/i.test(token) : isMasked(token) || entropy(token) < LEAST_ENTROPY) return undefined
    const validated = check?.(token) ?? !options.has('weak')
    return { start, end, score: validated ? CERTAIN : options.has('checked') ? LOW : HIGH, validated }
  }

  return {
    type: 'SECRET',
    rule,
    ...(isWords ? { words: wakes.join(' ') } : isCharacter ? { characters: wakes.join('') } : { prefixes: wakes }),
    match,
  }
}
