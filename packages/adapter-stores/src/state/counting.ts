import { WaxsealError } from '@waxseal/core'
import type { StoredValue } from '../stored-value.js'

/** A number that was stored in clear. `conflict` for anything else. */
export function numberIn(value: StoredValue): number {
  if (value.clear === undefined || !/^-?\d{1,15}$/.test(value.clear))
    throw new WaxsealError('conflict', 'what stands there is no number in clear')
  return Number(value.clear)
}

/** By how much a number changes. */
export function checkStep(by: number): number {
  if (!Number.isSafeInteger(by)) throw new WaxsealError('config', 'by is an integer')
  return by
}
