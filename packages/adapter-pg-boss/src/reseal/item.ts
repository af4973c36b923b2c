import { type Edit, ERROR, editsOf, JOB, type Located, memberOf, SEALED } from '@waxseal/adapter-kit'
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
  readonly row: StoredRow
  /** The member that holds the envelope; undefined where it is not in one. */
  readonly member: string | undefined
}

/** What is sealed although nobody can tell as what: it still needs its key. */
function unlocated(value: unknown): Located {
  const member = [ERROR, SEALED].find((name) => typeof memberOf(value, name) === 'string')
  return { sealed: member ? memberOf(value, member) : value, member, context: undefined }
}

export function itemOf(payloads: Payloads, row: StoredRow, columns: readonly (string | undefined)[]): StoredItem {
  const [relation, queue, key, at] = row.place
  const value: unknown = JSON.parse(row.text)
  const locate = (): Located => {
    try {
      return at === 1
        ? payloads.locateData(queue, value)
        : payloads.locateOutput(queue, JSON.parse(row.data ?? 'null') as unknown, value)
    } catch {
      return unlocated(value)
    }
  }
  const located = locate()
  // An envelope that stands for a whole column is not of this package: it counts, and is left alone.
  const context = located.member === undefined && typeof located.sealed === 'string' ? undefined : located.context
  return { ...located, context, id: JSON.stringify([relation, queue, key, columns[at - 1]]), row }
}

/** Only what differs is written: the job type and clear members stay as they are. */
export function swapOf({ row, sealed, member }: StoredItem, next: unknown): Swap {
  const edits: Edit[] = member === undefined ? editsOf(sealed, next) : [[[member], next]]
  // Nothing of a column can be replaced as a whole, nor its job type.
  return { place: row.place, text: row.text, edits: edits.filter(([path]) => path.length > 0 && path[0] !== JOB) }
}
