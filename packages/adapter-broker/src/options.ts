import type { SealOptions, Surface } from '@waxseal/adapter-kit'
import type { Attributes } from './attributes.js'
import type { Body } from './body.js'

/** How bodies are sealed. The job type is named with each call. */
export interface BodySealOptions extends SealOptions {
  /** Milliseconds since 1970, from which a time to live is counted. Default: Date.now. */
  readonly now?: (() => number) | undefined
}

/** What a body is, and how it travels. */
export interface SealBodyCall<As extends 'string' | 'bytes' = 'string' | 'bytes'> {
  /** The job type, the second pair of the context: a message type, or the topic that it stands for. */
  readonly job: string
  /** Default: data. Replies are `result`. */
  readonly surface?: Exclude<Surface, 'error'> | undefined
  /** `bytes`: without a policy a quarter smaller than a string, and bytes can be sealed too. Default: string. */
  readonly as?: As | undefined
  /** Of replies: the body that was received, for settings that depend on its clear members. */
  readonly inReplyTo?: Body | undefined
  /** What makes two messages the same, as JSON. Default: the whole value of data; of replies nothing does. Only with `seal.dedup`. */
  readonly dedupBy?: unknown
}

/** What a consumer expects. */
export interface OpenBodyCall {
  /** The job types that this consumer takes: one, or those among which the message may choose. */
  readonly job: string | readonly string[]
  readonly surface?: Exclude<Surface, 'error'> | undefined
  /** Of replies: the body that was received, for settings that depend on its clear members. */
  readonly inReplyTo?: Body | undefined
  /** The message's attributes or headers, by the names that `seal` gave; they choose among `job` and are trusted for nothing else. */
  readonly attributes?: Attributes | undefined
}
