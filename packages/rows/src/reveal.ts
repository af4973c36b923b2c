import { type MaybePromise, WaxsealError } from '@waxseal/core'

/** Where reveals are recorded; an audit trail of `@waxseal/audit` is one. */
export interface RevealTrail {
  append(entry: {
    readonly actor: string
    readonly operation: string
    readonly subject: string
    readonly outcome: string
    readonly details: Readonly<Record<string, string>>
  }): Promise<unknown>
}

export interface RevealOptions<Stored, T> {
  readonly trail: RevealTrail
  /** Opens what is sealed in a record. */
  readonly open: (record: Stored) => Promise<T>
  /** The record's id, for the trail. */
  readonly subject: (record: Stored) => string
  /** What the trail calls it. Default `record.reveal`. */
  readonly operation?: string | undefined
}

export interface RevealCall<Stored> {
  /** Id of who asks. */
  readonly actor: string
  /** Why, in words that are no secret: it is recorded. */
  readonly reason: string
  /** Decides on this record: true and nothing else lets it be opened. */
  readonly authorize: (record: Stored, call: { readonly actor: string; readonly reason: string }) => MaybePromise<boolean>
}

/** Opens one record for somebody who may see it. */
export type Reveal<Stored, T> = (record: Stored, call: RevealCall<Stored>) => Promise<T>

/**
 * The one way to plaintext for people: asked with a reason, decided by a rule, recorded whatever the outcome. `access_denied` where
 * the rule says no; nothing is given out that could not be recorded.
 *
 * @example
 * const reveal = createReveal({ trail, open: (row) => tenants.open(row), subject: ({ id }) => id })
 * const tenant = await reveal(row, { actor: user.id, reason: 'lease', authorize: ({ selected_by }) => selected_by === user.id })
 */
export function createReveal<Stored, T>(options: RevealOptions<Stored, T>): Reveal<Stored, T> {
  const { trail, open, subject, operation = 'record.reveal' } = options
  if (typeof trail?.append !== 'function' || typeof open !== 'function' || typeof subject !== 'function')
    throw new WaxsealError('config', 'reveal needs a trail, open and subject')

  return async (record, { actor, reason, authorize }) => {
    if (typeof actor !== 'string' || actor === '' || typeof reason !== 'string' || reason.trim() === '')
      throw new WaxsealError('config', 'reveal needs an actor and a reason')
    const told = (outcome: string) => trail.append({ actor, operation, subject: subject(record), outcome, details: { reason } })
    const outcomeOf = (error: unknown): string => (WaxsealError.is(error) ? error.code : 'failed')

    let allowed: unknown
    try {
      allowed = await authorize(record, { actor, reason })
    } catch (error) {
      await told(outcomeOf(error))
      throw error
    }
    if (allowed !== true) {
      await told('access_denied')
      throw new WaxsealError('access_denied', 'the record is not to be revealed to this actor')
    }
    let opened: T
    try {
      opened = await open(record)
    } catch (error) {
      await told(outcomeOf(error))
      throw error
    }
    await told('ok')
    return opened
  }
}
