import { WaxsealError } from '@waxseal/core'
import { COLUMNS } from './columns.js'

/** Where a part stands: job, column, and its number in the column, from 1. */
export type Place = readonly [id: string, at: number, n: number]

/** A place, also one that came back from a checkpoint or a job. `config` for what is none. */
export function placeOf(cursor: unknown): Place {
  const [id, at, n] = Array.isArray(cursor) ? (cursor as unknown[]) : []
  const fits = typeof id === 'string' && /^\d{1,19}$/.test(id) && Number.isSafeInteger(n) && Number(n) > 0
  if (!fits || !Number.isInteger(at) || !COLUMNS[Number(at) - 1])
    throw new WaxsealError('config', 'a cursor does not fit what graphile-worker stores')
  return [id, at as number, n as number]
}
