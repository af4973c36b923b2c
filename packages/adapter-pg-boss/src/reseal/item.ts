import { type Edit, ERROR, editsOf, type InClear, isObject, JOB, type Located, memberOf, SEALED } from '@waxseal/adapter-kit'
import type { Context, FieldPolicy, FieldPolicyOptions } from '@waxseal/core'
import type { Payloads } from '../payloads.js'
import type { StoredRow } from './rows.js'
import type { Swap } from './swap.js'

/** The data, the result or the error of one job, or the data of a schedule. */
export interface StoredItem {
  /** Table, queue, job id (or key of a schedule) and column. */
  readonly id: string
  /** An envelope, a document whose fields are sealed, or what stands there in clear. */
  readonly sealed: unknown
  /** Undefined where the queue does not take jobs of this type, and where a setting throws. */
  readonly context: Context | undefined
  readonly scope?: string | undefined
  readonly policy?: FieldPolicy | FieldPolicyOptions | undefined
  /** Of what stands in clear and is to be sealed. */
  readonly seal?: () => Promise<unknown>
  readonly row: StoredRow
  /** Where in the column `sealed` stands. */
  readonly path: readonly string[]
}

/** A value that an adapter wrote, or would have. */
export interface StoredValue {
  readonly queue: string
  readonly value: unknown
  /** Where in the column it stands. */
  readonly path: readonly string[]
}

/** pg-boss's own queue: its jobs carry the data of a schedule to the queue that it is for. */
const RELAY = '__pgboss__send-it'

export function valueIn({ place: [, queue, , at], text }: StoredRow): StoredValue {
  const value: unknown = JSON.parse(text)
  if (queue !== RELAY || at !== 1 || !isObject(value) || typeof value.name !== 'string') return { queue, value, path: [] }
  return { queue: value.name, value: value.data ?? null, path: ['data'] }
}

/** What is sealed although nobody can tell as what: it still needs its key. */
function unlocated(value: unknown): Located {
  const member = [ERROR, SEALED].find((name) => typeof memberOf(value, name) === 'string')
  return { sealed: member ? memberOf(value, member) : value, member, context: undefined }
}

export function itemOf(
  payloads: Payloads,
  inClear: InClear,
  row: StoredRow,
  { queue, value, path }: StoredValue,
  columns: readonly (string | undefined)[],
): StoredItem {
  const [relation, name, key, at] = row.place
  const data: unknown = at === 1 ? value : JSON.parse(row.data ?? 'null')
  const locate = (): Located => {
    try {
      return at === 1 ? payloads.locateData(queue, value) : payloads.locateOutput(queue, data, value)
    } catch {
      return unlocated(value)
    }
  }
  const { member, ...located } = locate()
  // An envelope that stands for a whole column is not of this package: it counts, and is left alone.
  const context = member === undefined && typeof located.sealed === 'string' ? undefined : located.context
  const surface = at === 1 ? 'data' : at === 2 && row.state === 'completed' ? 'result' : 'error'
  const job = { name: payloads.types.ofClear(queue, row.source), queue, data }
  return {
    ...located,
    context,
    // Where a setting throws, nobody can tell how it would have been sealed.
    ...(located.context === undefined ? {} : inClear.sealOf(job, surface, value)),
    id: JSON.stringify([relation, name, key, columns[at - 1]]),
    row,
    path: member === undefined ? path : [...path, member],
  }
}

/** Only what differs is written: clear members stay as they are, and so does the job type of what was sealed before. */
export function swapOf({ row, sealed, path, seal }: StoredItem, next: unknown): Swap {
  const edits: Edit[] = editsOf(sealed, next, path)
  // Nothing of a document can be replaced as a whole, nor its job type.
  const isKept = ([at]: Edit) => at.length > path.length && at[path.length] !== JOB
  return { place: row.place, text: row.text, edits: seal || typeof sealed === 'string' ? edits : edits.filter(isKept) }
}
