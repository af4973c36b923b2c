import { WaxsealError } from '@waxseal/core'

export function misconfigured(message: string): never {
  throw new WaxsealError('config', message)
}

/** An integer option within its limits. */
export function integer(name: string, value: unknown, min: number, max: number): number {
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max
    ? (value as number)
    : misconfigured(`${name} is an integer from ${min} to ${max}`)
}
