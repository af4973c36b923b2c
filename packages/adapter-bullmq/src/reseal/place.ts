import { WaxsealError } from '@waxseal/core'

/**
 * Where a sealed value stands: in a key, in a field of it (or a row, or an event), at a number within. A place without field and
 * number is the end of a key.
 */
export type Place = readonly [key: string, field: string, at: number] | readonly [key: string]

const inOrder = (left: string | number, right: string | number): number => (left < right ? -1 : left > right ? 1 : 0)

export function compare([key, field, at]: Place, [otherKey, otherField, otherAt]: Place): number {
  const keys = inOrder(key, otherKey)
  if (keys !== 0) return keys
  if (field === undefined || otherField === undefined) return Number(field === undefined) - Number(otherField === undefined)
  return inOrder(field, otherField) || inOrder(at!, otherAt!)
}

/** A place that came back from a checkpoint or a job. `config` for what is none. */
export function placeOfCursor(cursor: unknown): Place {
  const [key, field, at] = Array.isArray(cursor) ? (cursor as unknown[]) : []
  const isEnd = field === undefined && at === undefined
  if (typeof key !== 'string' || !(isEnd || (typeof field === 'string' && Number.isInteger(at))))
    throw new WaxsealError('config', 'a cursor does not fit what BullMQ stores')
  return isEnd ? [key] : [key, field as string, at as number]
}
