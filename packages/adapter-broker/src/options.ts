import type { SealOptions, Surface } from '@waxseal/adapter-kit'

/** How bodies are sealed. The job type is named with each call. */
export type BodySealOptions = SealOptions

/** What a body is, and how it travels. */
export interface SealBodyCall {
  /** The job type, the second pair of the context: a message type, or the topic that it stands for. */
  readonly job: string
  /** Default: data. Replies are `result`. */
  readonly surface?: Exclude<Surface, 'error'> | undefined
  /** `bytes`: without a policy a quarter smaller than text, and bytes can be sealed too. Default: text. */
  readonly as?: 'text' | 'bytes' | undefined
  /** Of replies and errors: the body that was received, for settings that depend on its clear members. */
  readonly inReplyTo?: string | Uint8Array | undefined
  /** What makes two messages the same. Default: the whole value. Only with `seal.dedup`. */
  readonly dedupBy?: unknown
}

/** What a consumer expects. */
export interface OpenBodyCall {
  /** The job types that this consumer takes: one, or those among which the attribute of the message may choose. */
  readonly job: string | readonly string[]
  readonly surface?: Exclude<Surface, 'error'> | undefined
  /** Of replies and errors: the body that was received, for settings that depend on its clear members. */
  readonly inReplyTo?: string | Uint8Array | undefined
  /** The message's attributes or headers, by the names that `sealBody` gave; they select among `job` and are trusted for nothing else. */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined
}
