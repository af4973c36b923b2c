import { WaxsealError } from '@waxseal/core'
import { hasExactNumbers } from '@waxseal/core/json'

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
  if (!hasExactNumbers(text, { fractions: 'double' }))
    throw new WaxsealError('not_serialisable', 'a number in clear has more digits than JavaScript keeps')
  return { value }
}
