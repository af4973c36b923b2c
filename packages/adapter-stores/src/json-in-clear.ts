import { WaxsealError } from '@waxseal/core'

/** Escapes and quotes, which tell what is in a string, and integers of which JavaScript may not keep every digit. */
const TOKEN = /\\.|"|(?<![\d.eE+-])-?(?:\d{400}|\d{16,399}(?![\d.eE]))/g

function isKept(digits: string): boolean {
  const number = Number(digits)
  return Number.isFinite(number) && BigInt(number) === BigInt(digits)
}

/**
 * The value of a JSON text; undefined for what is none, and may be another system's layout. `not_serialisable` for an integer that
 * others wrote with more digits than JavaScript keeps: sealed, it would be another one.
 */
export function jsonInClear(text: string): { readonly value: unknown } | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!/\d{16}/.test(text)) return { value }
  let inString = false
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '"') inString = !inString
    else if (!inString && !isKept(token))
      throw new WaxsealError('not_serialisable', 'an integer in clear has more digits than JavaScript keeps')
  }
  return { value }
}
