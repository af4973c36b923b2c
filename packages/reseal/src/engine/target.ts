import type { Context, FieldPolicy, FieldPolicyOptions, StoredContext } from '@waxseal/core'
import type { KeyRef } from '../retirement/key-ref.js'

/** Where a target's order goes on; plain JSON, made and read by the target alone. It holds keys of rows, nothing else. */
export type Cursor = string | number | boolean | null | readonly Cursor[] | { readonly [member: string]: Cursor }

/** One stored thing that is sealed. */
export interface ResealItem {
  /** Names it in reports: a key, never personal data. */
  readonly id: string
  /** An envelope of either form, or a document whose fields are sealed. */
  readonly sealed: unknown
  /** Where it belongs; undefined where that cannot be told, which is reported as `context_required`. */
  readonly context: Context | StoredContext | undefined
  readonly scope?: string | undefined
  /** Of documents: the field policy they were sealed under. */
  readonly policy?: FieldPolicy | FieldPolicyOptions | undefined
  /** Of documents whose groups have scopes of their own. */
  readonly scopes?: Readonly<Record<string, string>> | undefined
  /** Of bare envelopes. Default `value`. */
  readonly form?: 'value' | 'bundle' | undefined
  /**
   * Of a value that stands in clear and is to be sealed now: gives what is stored in its place, in the form that `sealed` has. Not
   * called in a run over some keys (`from`) or over wraps.
   */
  readonly seal?: (() => Promise<unknown>) | undefined
}

/**
 * What the engine looks for, so that a target need not hand out everything. A target may ignore it, and may hand out more; it must
 * not leave out what it asks for.
 */
export type Narrowing =
  /**
   * What may need one of these keys: what names it, and every envelope with a wrapped key. With `unknown`, as for counting, also what
   * claims to be an envelope of a version or suite that is not known here.
   */
  | { readonly on: readonly KeyRef[]; readonly unknown?: boolean | undefined }
  /** What does not begin with the current key and suite. Asked of targets without scopes only. */
  | { readonly notOn: CurrentKey }

export interface CurrentKey {
  readonly kid: string
  readonly version: number
  readonly suite: 'aes-256-gcm' | 'chacha20-poly1305'
  readonly wrapped: boolean
}

export interface Range {
  /** Items behind this place; null: from the first on. */
  readonly after: Cursor | null
  /** Items up to and with this place; null: to the last. */
  readonly until: Cursor | null
}

export interface PageRequest extends Range {
  readonly limit: number
  readonly narrow?: Narrowing | undefined
  readonly signal?: AbortSignal | undefined
}

export interface Page<Item> {
  /** In the target's order, at most `limit`. */
  readonly items: readonly Item[]
  /** The place of the last item that was looked at; null when there is nothing behind it. */
  readonly next: Cursor | null
}

export interface Change<Item> {
  readonly item: Item
  /** In the form that `item.sealed` has. */
  readonly next: unknown
}

/** A table, a column, a queue: where sealed things are stored. */
export interface ResealTarget<Item extends ResealItem = ResealItem> {
  /** Unique among the targets of one engine; stands in reports, checkpoints and jobs. */
  readonly name: string
  /** A page in an order that stays the same while things are added, changed and removed. */
  page(request: PageRequest): Promise<Page<Item>>
  /** Writes each change whose item still holds what was read (compare and swap), and tells which, in order. */
  replace(changes: readonly Change<Item>[]): Promise<readonly boolean[]>
  /** How many items there are, for progress. */
  count?(request: Omit<PageRequest, 'limit'>): Promise<number>
  /** Places that divide the target into about this many parts of equal size. */
  split?(parts: number, signal?: AbortSignal): Promise<readonly Cursor[]>
  /** Whether the same call may succeed later: a deadlock, a lock that was not had in time. */
  isRetryable?(error: unknown): boolean
  /** True where no item has a scope: one key is current for all of them, and what is on it can be left out. */
  readonly unscoped?: boolean | undefined
  /** True where it holds things that `page` does not hand out. Then no key is retired on its word. */
  readonly partial?: boolean | undefined
}
