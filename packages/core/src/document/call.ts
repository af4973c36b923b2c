import type { Context, StoredContext } from '../context.js'
import type { MigrationWindow } from '../migration.js'

/** One call on a document: where it belongs, and what is done with it. */
export interface DocumentCall {
  readonly context: Context | StoredContext
  readonly scope?: string | undefined
  /** By group, where groups have scopes of their own. */
  readonly scopes?: Readonly<Record<string, string>> | undefined
  /** The groups to open; all of the policy's by default. */
  readonly groups?: readonly string[] | undefined
  readonly plaintext?: MigrationWindow | undefined
  readonly storeContext?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/** A document as it was opened. */
export interface OpenedDocument<T = unknown> {
  readonly value: T
  /** Pointers into the stored document that an envelope restored: these members, and no others, are authenticated. */
  readonly restored: readonly string[]
  /** Groups of the document that this call did not open. */
  readonly unopened: readonly string[]
  /** The context that was used. */
  readonly context: Context
}
