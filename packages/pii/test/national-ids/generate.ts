/** Texts of a shape (see `createShape`), written bare or with its separators, from a seeded generator. */

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const two = (value: number) => String(value).padStart(2, '0')

export type Random = (below: number) => number

/** The same numbers for the same seed. */
export function seeded(seed: number): Random {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const pick = (from: string, random: Random) => from.charAt(random(from.length))

function members(brackets: string): string {
  const body = brackets.slice(1, -1).replace(/\\(.)/g, '$1')
  return body.replace(/(\w)-(\w)/g, (_, from: string, to: string) => {
    let all = ''
    for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code++) all += String.fromCharCode(code)
    return all
  })
}

function oneOf(token: string, random: Random): string {
  if (token === '9') return pick('0123456789', random)
  if (token === 'a') return pick(LETTERS, random)
  if (token === '#') return pick(`0123456789${LETTERS}`, random)
  if (token === 'd' || token === 'e') return two(1 + random(28))
  if (token === 'm' || token === 'n') return two(1 + random(12))
  if (token.startsWith('(?:')) {
    const choices = token.slice(3, -1).split('|')
    return (choices[random(choices.length)] as string).replace(/\[[^\]]*\]/g, (brackets) => pick(members(brackets), random))
  }
  if (token.startsWith('[')) return pick(members(token), random)
  return token
}

/** `separated` writes the separators of the shape; `prefixed` the country's prefix. */
export function writtenAs(shape: string, random: Random, { separated = false, prefixed = false } = {}): string {
  const prefix = /^([A-Z]+)(?:\|[A-Z]+)*~/.exec(shape)
  const tokens = shape.replace(/^[A-Z|]+~/, '').match(/\(\?[^)]*\)|\[[^\]]*\]|\{[^}]*\}|./g) ?? []
  let text = prefixed && prefix ? (prefix[1] as string) : ''
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as string
    if (token === '(' || token === ')' || /^\(\?[=!<]/.test(token)) continue
    if (' ./+-'.includes(token)) {
      if (separated) text += token
      continue
    }
    const quantifier = /^(?:\{(\d+)(?:,(\d+))?\}|\?)$/.exec(tokens[i + 1] ?? '')
    const least = quantifier ? Number(quantifier[1] ?? 0) : 1
    const most = quantifier ? Number(quantifier[2] ?? quantifier[1] ?? 1) : 1
    if (quantifier) i++
    const optional = quantifier?.[0] === '?'
    for (let times = least + random(most - least + 1); times > 0; times--)
      if (!optional || /\w/.test(token)) text += oneOf(token, random)
  }
  return text
}
