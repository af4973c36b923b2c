import { fail } from '../errors.js'
import type { Context, StoredContext } from '../format/context.js'
import type { MigrationWindow } from '../sealer/migration.js'
import type { FieldPolicy } from './policy.js'

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

/** `config` for a group that the policy does not have: a mistyped one would fall back to another scope, or to all groups. */
export function checkGroups({ scopes, groups }: DocumentCall, policy: FieldPolicy): void {
  const known = policy.grouped ? policy.groups.map(({ name }) => name) : []
  for (const name of [...Object.keys(scopes ?? {}), ...(groups ?? [])])
    if (!known.includes(name)) fail('config', `scopes or groups name ${JSON.stringify(name)}, which is no group of the policy`)
}
