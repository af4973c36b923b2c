/** What is fuzzed: valid samples, and what is done with their mutations. Anything but a typed error that it throws is a finding. */
export interface Target {
  readonly name: string
  /** Valid input, which must pass. */
  readonly samples: readonly unknown[]
  /** What is mutated as well, and may be refused. */
  readonly also?: readonly unknown[]
  /** Samples are made with fresh randomness and compared with what opens, so that input of an earlier run cannot be kept. */
  readonly fresh?: boolean
  /** A text that it gives tells one kind of acceptance from another. */
  readonly run: (input: never) => unknown
}

/** Throws where a property does not hold. */
export function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(`does not hold: ${what}`)
}

const untouched = Object.getOwnPropertyNames(Object.prototype).length

/** Throws where something has written to Object.prototype. */
export const expectCleanPrototype = (): void =>
  expect(Object.getOwnPropertyNames(Object.prototype).length === untouched, 'Object.prototype is as it was')
