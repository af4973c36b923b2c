/** A generator of numbers from 0 to 1 that gives the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

const WORD = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_'
const HEX = '0123456789abcdef'
const SHORTHANDS: Readonly<Record<string, string>> = { '@': WORD.slice(0, 62), '#': HEX, '&': `${WORD}-` }
const ESCAPES: Readonly<Record<string, string>> = { d: '0123456789', w: WORD }

function characterClass(source: string): string {
  let characters = ''
  for (let i = 0; i < source.length; i++) {
    const character = source[i] as string
    if (character === '\\') {
      const letter = source[++i] as string
      if (letter === 'x') {
        characters += String.fromCharCode(Number.parseInt(source.slice(i + 1, i + 3), 16))
        i += 2
      } else characters += ESCAPES[letter] ?? letter
    } else if (source[i + 1] === '-' && i + 2 < source.length) {
      for (let code = character.charCodeAt(0); code <= source.charCodeAt(i + 2); code++) characters += String.fromCharCode(code)
      i += 2
    } else characters += character
  }
  return characters
}

/** A text that a pattern of the table of shapes matches; the shortest that it allows, or somewhat longer. */
export function sample(pattern: string, random: () => number, longer = 0): string {
  let at = 0
  const pick = <T>(from: ArrayLike<T>): T => from[Math.floor(random() * from.length)] as T

  function times(): number {
    if (pattern[at] === '?') {
      at++
      return 0
    }
    const bounds = /^\{(\d+)(?:,(\d+))?\}/.exec(pattern.slice(at))
    if (!bounds) return 1
    at += bounds[0].length
    return Math.min(Number(bounds[1]) + longer, Number(bounds[2] ?? bounds[1]))
  }

  function atom(): () => string {
    const character = pattern[at++] as string
    if (character === '(') {
      const isLookahead = pattern.startsWith('?!', at)
      at += 2
      const start = at
      const group = alternatives()
      at++
      return isLookahead || start === at ? () => '' : group
    }
    if (character === '[') {
      const end = pattern.indexOf(']', at)
      const characters = characterClass(pattern.slice(at, end))
      at = end + 1
      return () => pick(characters)
    }
    if (character === '\\') {
      const letter = pattern[at++] as string
      const characters = ESCAPES[letter] ?? letter
      return () => pick(characters)
    }
    const characters = SHORTHANDS[character] ?? (character === '.' ? WORD : character)
    return () => pick(characters)
  }

  function sequence(): () => string {
    const parts: (() => string)[] = []
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') {
      const one = atom()
      const count = times()
      parts.push(() => Array.from({ length: count }, one).join(''))
    }
    return () => parts.map((part) => part()).join('')
  }

  function alternatives(): () => string {
    const all = [sequence()]
    while (pattern[at] === '|') {
      at++
      all.push(sequence())
    }
    return () => pick(all)()
  }

  return alternatives()()
}
