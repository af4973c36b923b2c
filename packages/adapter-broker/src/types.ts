import type { Body, BodyOf } from './body.js'
import type { OpenBodyCall, SealBodyCall } from './options.js'

/** A body to be sent, and what belongs beside it. */
export interface SealedBody<As extends 'string' | 'bytes' = 'string' | 'bytes'> {
  readonly body: BodyOf<As>
  /** For the message's attributes or headers: the job type and the key, in clear and in ASCII. Empty where the body is in clear. */
  readonly attributes: Readonly<Record<string, string>>
  /** A keyed hash of what makes messages the same, for the broker's own deduplication: of sealed bodies no two are equal. */
  readonly dedupId?: string | undefined
  /** How long the message may live, in milliseconds, by `seal.retention`. */
  readonly ttlMs?: number | undefined
}

/** What became of a message, and what to do with it. */
export type OpenedBody =
  /** `job`: which of the types it is, as it was sealed. */
  | { readonly ok: true; readonly value: unknown; readonly job: string }
  /** `retry`: later it may open, after `afterMs` where a key service said so. Otherwise it never will: no retry, keep it for whoever looks into it. */
  | { readonly ok: false; readonly retry: boolean; readonly afterMs?: number | undefined; readonly error: unknown }

export interface Bodies {
  /**
   * Seals a value to be the body of a message. `config`, `not_serialisable` and what the key source throws.
   *
   * @example
   * const { body, attributes, dedupId } = await bodies.seal(invoice, { job: 'invoice' })
   */
  seal<As extends 'string' | 'bytes' = 'string'>(value: unknown, call: SealBodyCall<As>): Promise<SealedBody<As>>
  /** The value of a body. Throws where it does not open. */
  open(body: Body, call: OpenBodyCall): Promise<unknown>
  /**
   * As `open`, without throwing: says whether another try is worth it, and tells `seal.onEvent`.
   *
   * @example
   * const opened = await bodies.tryOpen(message.content, { job: 'invoice' })
   * if (!opened.ok) channel.nack(message, false, opened.retry)
   */
  tryOpen(body: Body, call: OpenBodyCall): Promise<OpenedBody>
  /**
   * An error as a line of text that may stand beside a dead letter or in the response to a broker that keeps it:
   * `CardDeclinedError: [sealed] wax1.…`. Never fails.
   *
   * @example
   * channel.publish('dead', '', message.content, { headers: { reason: await bodies.sealError(error, 'invoice') } })
   */
  sealError(error: unknown, job: string, inReplyTo?: Body): Promise<string>
  /** The details of an error that `sealError` wrote; undefined for any other text. */
  openError(line: string, job: string, inReplyTo?: Body): Promise<unknown>
}
