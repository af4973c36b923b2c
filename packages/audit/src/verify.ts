import { type AuditKeys, GENESIS, sameHash } from './chain.js'
import { type Checkpoint, isGenuine } from './checkpoint.js'
import { isIntact, type StoredRecord } from './record.js'
import type { ReadableSink } from './sink.js'

/** What is wrong with a trail, at the first record where something is. */
export interface AuditFlaw {
  /** Number of the record that is broken or missing. */
  readonly seq: number
  readonly reason: /** There is no record of that number. */
    | 'missing'
    /** Its text, a column, its hash or its link to the one before is not what was written. */
    | 'changed'
    /** It was signed with a key that is not configured. */
    | 'unknown_key'
    /** The trail ends before a record that a checkpoint, or the head beside the records, has seen. */
    | 'truncated'
    /** A checkpoint has seen another record of that number: here, or somewhere before, the trail was cut off and written anew. */
    | 'rewritten'
    /** The head that is kept beside the records is not that of a record. */
    | 'head'
    /** A checkpoint that was given is not genuine, or is of another stream. */
    | 'checkpoint'
}

/** What `verify` found. `records` is how many stand in order, `last` the number of the last of them. */
export type AuditVerdict =
  | { readonly ok: true; readonly records: number; readonly last: number; readonly hash: string }
  | { readonly ok: false; readonly records: number; readonly last: number; readonly flaw: AuditFlaw }

export interface VerifyOptions {
  /** Checkpoints that were kept elsewhere: what they have seen must still be there. */
  readonly checkpoints?: readonly Checkpoint[] | undefined
  /** Begins behind this checkpoint instead of at the first record: what lies before it was verified already, or was archived. */
  readonly since?: Checkpoint | undefined
  /** Told of every page: number of the last record that is in order so far. */
  readonly onProgress?: ((last: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

const PAGE = 5_000

/** What is wrong with a record at this place, or nothing. */
function reasonOf(
  keys: AuditKeys,
  row: StoredRecord,
  stream: string,
  seq: number,
  previous: string,
): AuditFlaw['reason'] | undefined {
  if (row.seq !== seq) return row.seq > seq ? 'missing' : 'changed'
  if (row.stream !== stream || row.previous !== previous || !isIntact(row)) return 'changed'
  if (!keys.has(row.keyId)) return 'unknown_key'
  return sameHash(row.hash, keys.recordHash(row.keyId, previous, row.text)) ? undefined : 'changed'
}

/** Reads a stream in order and stops at the first flaw. */
export async function verifyStream(
  keys: AuditKeys,
  sink: ReadableSink,
  stream: string,
  { checkpoints = [], since, onProgress, signal }: VerifyOptions,
): Promise<AuditVerdict> {
  const [first, start] = [since?.seq ?? 0, since?.hash ?? GENESIS]
  let [last, previous] = [first, start]
  const flawed = (seq: number, reason: AuditFlaw['reason']): AuditVerdict => ({
    ok: false,
    records: last - first,
    last,
    flaw: { seq, reason },
  })

  const seen = new Map<number, Set<string>>()
  let furthest = first
  for (const checkpoint of since ? [since, ...checkpoints] : checkpoints) {
    if (!isGenuine(keys, checkpoint) || checkpoint.stream !== stream) return flawed(checkpoint?.seq ?? 0, 'checkpoint')
    furthest = Math.max(furthest, checkpoint.seq)
    seen.set(checkpoint.seq, (seen.get(checkpoint.seq) ?? new Set()).add(checkpoint.hash))
  }
  const rewritten = () => [...(seen.get(last) ?? [])].some((hash) => !sameHash(hash, previous))
  if (rewritten()) return flawed(last, 'rewritten')

  // Read before the records: whoever appends meanwhile only adds behind it.
  const before = await sink.head(stream)
  // From the beginning all is read: a record whose number is below 1 was put in.
  for (let after = first || undefined; ; after = last) {
    signal?.throwIfAborted()
    const page = await sink.read(stream, {}, { after, limit: PAGE })
    for (const row of page) {
      const seq = last + 1
      const reason = reasonOf(keys, row, stream, seq, previous)
      if (reason) return flawed(seq, reason)
      if (before.seq === seq && !sameHash(before.hash, row.hash)) return flawed(seq, 'head')
      ;[last, previous] = [seq, row.hash]
      if (rewritten()) {
        last = seq - 1
        return flawed(seq, 'rewritten')
      }
    }
    onProgress?.(last)
    if (page.length < PAGE) break
  }
  if (Math.max(before.seq, furthest) > last) return flawed(last + 1, 'truncated')
  if (!Number.isSafeInteger(before.seq) || before.seq < 0) return flawed(first, 'head')
  if (before.seq < first) return flawed(before.seq + 1, 'truncated')
  if (before.seq === first && !sameHash(before.hash, start)) return flawed(first, 'head')
  // A record and its head are written together, so that a head that is read now is never behind.
  const after = await sink.head(stream)
  if (!(after.seq >= last)) return flawed(Number.isSafeInteger(after.seq) ? after.seq + 1 : last, 'head')
  return { ok: true, records: last - first, last, hash: previous }
}
