import { WaxsealError as Errors, type WaxsealError, type WaxsealErrorCode } from '@waxseal/core'

/** Fails the test that runs. */
export function expectThat(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`contract broken: ${what}`)
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}

/** Runs what must fail with a WaxsealError, of one of the codes where some are given. */
export async function expectError(
  run: () => unknown,
  what: string,
  codes: readonly WaxsealErrorCode[] = [],
): Promise<WaxsealError> {
  let error: unknown
  try {
    await run()
  } catch (thrown) {
    error = thrown
  }
  expectThat(error !== undefined, `${what}: nothing was thrown`)
  expectThat(Errors.is(error), `${what}: what was thrown is no WaxsealError`)
  expectThat(codes.length === 0 || codes.includes(error.code), `${what}: the code is ${error.code}, not ${codes.join(' or ')}`)
  return error
}

/** Asks again and again until it holds, for ten seconds at most. */
export async function eventually(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const until = performance.now() + 10_000
  while (!(await holds())) {
    expectThat(performance.now() < until, `${what}, within ten seconds`)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

/** The bytes with one bit turned. */
export function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const out = bytes.slice()
  out[bit >> 3]! ^= 1 << (bit & 7)
  return out
}

/** At most `count` numbers from 0 up to and without `end`, spread evenly, the first and the last among them. */
export function spread(end: number, count: number): number[] {
  if (end <= count) return Array.from({ length: end }, (_, i) => i)
  return Array.from({ length: count }, (_, i) => Math.round((i * (end - 1)) / (count - 1)))
}

export function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length))
}

/** Whether the bytes of `part` stand together somewhere in `whole`. */
export function contains(whole: Uint8Array, part: Uint8Array): boolean {
  for (let at = 0; at + part.length <= whole.length; at++) if (equalBytes(whole.subarray(at, at + part.length), part)) return true
  return false
}
