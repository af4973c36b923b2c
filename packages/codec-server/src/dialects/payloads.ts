import { WaxsealError } from '@waxseal/core'
import { isExactNumber } from '../http/json.js'

export type Json = Readonly<Record<string, unknown>>

/** A number that is kept as it was written is no object, though JavaScript holds it in one. */
export const isJsonObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isExactNumber(value)

/** The payloads of a body of `{ "payloads": […] }`; an absent list is an empty one, as Go's encoder writes it. */
export function payloadsOf(body: unknown, maxPayloads: number): readonly Json[] {
  const payloads = isJsonObject(body) ? (body.payloads ?? []) : undefined
  if (!Array.isArray(payloads) || !payloads.every(isJsonObject))
    throw new WaxsealError('malformed', 'the body is an object whose payloads are a list of objects')
  if (payloads.length > maxPayloads) throw new WaxsealError('too_large', `a call has at most ${maxPayloads} payloads`)
  return payloads
}
