import type { RetentionPolicy } from '@waxseal/core'
import type { Cursor } from '../engine/target.js'

/** One stored thing that is to be kept for a time. */
export interface ReaperItem {
  /** Names it in reports and in the audit trail: a key, never personal data. */
  readonly id: string
  readonly createdAt: Date
  /** When the work was done: absent where that does not matter, null while it is not done. */
  readonly completedAt?: Date | null | undefined
  /** The item's own policy; absent: the target's. */
  readonly policy?: RetentionPolicy | null | undefined
  /** Whether it is kept whatever its policy says. */
  readonly held?: boolean | undefined
}

export interface DueRequest {
  readonly now: Date
  readonly after: Cursor | null
  readonly limit: number
  readonly signal?: AbortSignal | undefined
}

export interface DuePage<Item> {
  /** At most `limit`: what may be due. The policy decides. */
  readonly items: readonly Item[]
  readonly next: Cursor | null
}

/** A table, a queue, a folder: where things are stored that are deleted one day. */
export interface ReaperTarget<Item extends ReaperItem = ReaperItem> {
  /** Unique among the targets of one reaper. */
  readonly name: string
  /** For items without one of their own: a policy, or what makes one of an item. */
  readonly policy?: RetentionPolicy | ((item: ReaperItem) => RetentionPolicy) | undefined
  /** A page of what may be due, in an order that stays the same while things are deleted. */
  due(request: DueRequest): Promise<DuePage<Item>>
  /**
   * Deletes each item that is still as it was read and not held (compare and delete), and tells which, in order. Where it has a
   * transaction, `record` is awaited in it, with what was deleted: what `record` throws undoes the deletion.
   */
  remove(
    items: readonly Item[],
    record: (removed: readonly Item[], transaction?: unknown) => Promise<void>,
  ): Promise<readonly boolean[]>
  /** Whether `remove` deletes and records together or not at all. */
  readonly transactional?: boolean | undefined
  isRetryable?(error: unknown): boolean
}
