import { type Settled, WaxsealError, type WaxsealErrorCode } from '@waxseal/core'

/** What a value was opened as, or the code of why it did not open: nothing is left out of a page. */
export type Opened<Value> =
  | (Value & { readonly unopened?: undefined })
  | ({ readonly [member in keyof Value]?: undefined } & { readonly unopened: WaxsealErrorCode })

export const codeOf = (error: unknown): WaxsealErrorCode => (WaxsealError.is(error) ? error.code : 'open_failed')

/** An outcome beside what stands in clear. */
export function besides<Fields extends object, Value extends object>(
  fields: Fields,
  outcome: Settled<unknown>,
  contentsOf: (opened: unknown) => Value,
): Fields & Opened<Value> {
  const opened = outcome.status === 'fulfilled' ? contentsOf(outcome.value) : { unopened: codeOf(outcome.reason) }
  return Object.freeze({ ...fields, ...opened }) as Fields & Opened<Value>
}
