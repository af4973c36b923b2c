const VALUE: unique symbol = Symbol.for('waxseal.drizzle.vouched') as never

/** A value that `sealRows` lets into a sealed column although it cannot be told to be sealed. */
export interface Vouched {
  readonly [VALUE]: unknown
}

export const vouch = (value: unknown): Vouched => Object.freeze({ [VALUE]: value })
export const isVouched = (value: unknown): value is Vouched => typeof value === 'object' && value !== null && VALUE in value
export const vouchedFor = (vouched: Vouched): unknown => vouched[VALUE]
