import { luhn } from '../recognisers/luhn.js'
import {
  complement97,
  crossSummed,
  italian,
  mapped,
  mod1110,
  remainderTail,
  varied,
  verhoeff,
  weighted,
  weightedTail,
  weightedTotal,
} from './checksums.js'

type Check = (text: string) => boolean

/** By the letter that a check begins with: what reads its parameters, which are separated by colons. */
const KINDS: Readonly<Record<string, (parameters: readonly string[]) => Check>> = {
  w: (pairs) => (text) => weighted(text, pairs),
  // Weights and map in an alphabet of the number's own, and the place of the check character.
  a:
    ([weights = '', map = '', alphabet, place]) =>
    (text) =>
      weighted(text, [weights, map], alphabet || undefined, place ? Number(place) : undefined),
  x:
    ([weights = '', map = '']) =>
    (text) =>
      crossSummed(text, weights, map),
  t:
    ([weights = '', modulus, rest]) =>
    (text) =>
      weightedTotal(text, weights, Number(modulus), Number(rest)),
  p:
    ([weights = '', modulus, added]) =>
    (text) =>
      weightedTail(text, weights, Number(modulus), added ? Number(added) : undefined),
  l:
    ([before = '']) =>
    (text) =>
      luhn(before + text),
  v: () => verhoeff,
  i: () => mod1110,
  m:
    ([map = '']) =>
    (text) =>
      mapped(text, map),
  r:
    ([modulus, count]) =>
    (text) =>
      remainderTail(text, Number(modulus), Number(count)),
  c:
    ([before]) =>
    (text) =>
      complement97(text, before),
  f: () => italian,
  u:
    ([least]) =>
    (text) =>
      varied(text, Number(least)),
}

/**
 * A check in short: `w98765432:0123456789-` is `weighted` with these weights and this map. `@from:to` behind it takes a part of the
 * number, commas mean all, slashes any.
 */
export function createCheck(source: string): Check | undefined {
  if (!source) return undefined
  const any = source.split('/').map((all) =>
    all.split(',').map((one): Check => {
      const [check = '', part] = one.split('@')
      const made = KINDS[check.charAt(0)]?.(check.slice(1).split(':')) as Check
      if (part === undefined) return made
      const [from, to] = part.split(':').map(Number)
      return (text) => made(text.slice(from, to))
    }),
  )
  return (text) => any.some((all) => all.every((check) => check(text)))
}
