import { ENVELOPE, HEAD, type KeyName, locatorOf, WRAPPED } from './narrowing.js'

/** Adds a parameter to a statement, and gives the text that stands for it. */
export type Bind = (value: unknown) => string

/**
 * The values that may be on one of the keys, as a condition on their text in SQL. An envelope is ASCII and stands in a value's text as
 * it is, wherever in the value it is: the text tells what may name a key, and only parsing tells whether it does.
 */
export function mayName(
  { on, unknown }: { readonly on: readonly KeyName[]; readonly unknown?: boolean | undefined },
  text: string,
  bind: Bind,
): string {
  const any = [
    ...on.map((key) => `strpos(${text}, ${bind(locatorOf(key))}::text) > 0`),
    `${text} ~ '${WRAPPED}'`,
    // What is left when all known beginnings are taken away.
    ...(unknown ? [`regexp_replace(${text}, '${HEAD}', '', 'g') ~ '${ENVELOPE}'`] : []),
  ]
  return `(${any.join(' OR ')})`
}

// Serialization failure, deadlock, lock not available, server going down or starting, connection failures.
const PASSING = /^(40001|40P01|55P03|57P0[123]|08\w{3}|ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT)$/

/** Whether an error of a client of PostgreSQL may be gone when the call is made again. */
export const isPassing = (error: unknown): boolean => PASSING.test(String((error as { code?: unknown } | null)?.code))
