import { type AuditKeys, sameHash } from './chain.js'

/** How far a trail went, signed: kept somewhere else, it shows that records at the end were removed. */
export interface Checkpoint {
  readonly stream: string
  readonly seq: number
  readonly hash: string
  /** When it was made, milliseconds since the epoch. */
  readonly at: number
  readonly keyId: string
  readonly signature: string
}

const textOf = ({ stream, seq, hash, at, keyId }: Omit<Checkpoint, 'signature'>): string =>
  JSON.stringify([stream, seq, hash, at, keyId])

export function signCheckpoint(keys: AuditKeys, stream: string, seq: number, hash: string, at: number): Checkpoint {
  const unsigned = { stream, seq, hash, at, keyId: keys.current }
  return Object.freeze({ ...unsigned, signature: keys.checkpointHash(keys.current, textOf(unsigned)) })
}

/** Checkpoints come from elsewhere and may be anything. */
export const isGenuine = (keys: AuditKeys, checkpoint: Checkpoint | null | undefined): checkpoint is Checkpoint =>
  typeof checkpoint === 'object' &&
  checkpoint !== null &&
  keys.has(checkpoint.keyId) &&
  typeof checkpoint.signature === 'string' &&
  sameHash(checkpoint.signature, keys.checkpointHash(checkpoint.keyId, textOf(checkpoint)))
