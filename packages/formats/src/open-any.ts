import { type Context, type LegacyReader, type Sealer, type StoredContext, WaxsealError } from '@waxseal/core'
import { isWax } from './wax.js'

export interface OpenAnyOptions {
  /** What may be opened, in the order in which it is asked; nothing else is. */
  readonly accept: readonly LegacyReader[]
  /** Opens envelopes of Waxseal; without it they are refused like all else. */
  readonly sealer?: Pick<Sealer, 'open'> | undefined
  /** Where the value belongs, for the sealer. */
  readonly context?: Context | StoredContext | undefined
  readonly scope?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** A value, and what it came in. */
export interface OpenedAny {
  readonly value: unknown
  /** `wax1`, or the reader's name. */
  readonly format: string
  /** False: somebody who holds two of the keys can have made it open to something else under the other. */
  readonly commits: boolean
}

/**
 * Opens a value that may be in one of several layouts. The first of the readers that detects it opens it, and its error is final:
 * nothing is tried until it fits. `plaintext_rejected` for what none of them detects, plaintext as well as layouts that are not in
 * the list; `context_required` for an envelope without a context; and what sealer and readers throw.
 *
 * @example
 * const { value } = await openAny(row.card, { accept: [fernet({ keys })], sealer, context })
 */
export async function openAny(stored: unknown, options: OpenAnyOptions): Promise<OpenedAny> {
  const { accept, sealer, context, scope, signal } = options
  if (!Array.isArray(accept)) throw new WaxsealError('config', 'accept is a list of readers')
  if (signal?.aborted) throw new WaxsealError('aborted', 'the call was aborted')
  const refused = () => new WaxsealError('plaintext_rejected', 'the value is in none of the layouts that are accepted')
  if (isWax(stored)) {
    if (!sealer) throw refused()
    if (context === undefined) throw new WaxsealError('context_required', 'an envelope opens in its context alone')
    return { value: await sealer.open(stored as string, { context, scope, signal }), format: 'wax1', commits: true }
  }
  const reader = (accept as readonly LegacyReader[]).find((each) => each.detects(stored))
  if (!reader) throw refused()
  return { value: await reader.open(stored, { signal }), format: reader.name, commits: reader.commits }
}
