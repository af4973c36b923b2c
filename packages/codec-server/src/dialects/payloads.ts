import { WaxsealError } from '@waxseal/core'

export type Json = Readonly<Record<string, unknown>>

export const isJsonObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The payloads of a body of `{ "payloads": […] }`; an absent list is an empty one, as Go's encoder writes it. */
export function payloadsOf(body: unknown, maxPayloads: number): readonly Json[] {
  const payloads = isJsonObject(body) ? (body.payloads ?? []) : undefined
  if (!Array.isArray(payloads) || !payloads.every(isJsonObject))
    throw new WaxsealError('malformed', 'the body is an object whose payloads are a list of objects')
  if (payloads.length > maxPayloads) throw new WaxsealError('too_large', `a call has at most ${maxPayloads} payloads`)
  return payloads
}
