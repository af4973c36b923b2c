import type { application } from './values.ts'

type Application = typeof application

/** Someone who seals: what is called is awaited if it is a promise. */
export interface Contender {
  /** As the tables name it. */
  readonly by: string
  /** A JSON value to a string that travels in JSON. */
  readonly seal: (value: unknown) => unknown
  readonly open: (sealed: never) => unknown
  /** A document with ten fields sealed; default: one by one, those of a document at once where they are promises. */
  readonly sealFields?: (document: Application) => unknown
  readonly openFields?: (sealed: never) => unknown
  /** Many values; default: one by one, all at once where they are promises. */
  readonly sealMany?: (values: readonly unknown[]) => unknown
  readonly openMany?: (sealed: readonly never[]) => unknown
  /** The works that it takes part in, '1 KiB' for both directions; default all. */
  readonly only?: readonly string[]
}

/** A contender as a peer's module makes it: once, with the key at hand. */
export type Peer = (secret: Uint8Array) => Promise<Contender>
