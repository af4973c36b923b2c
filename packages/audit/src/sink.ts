import type { StoredRecord } from './record.js'

/** The end of a stream. */
export interface Head {
  readonly seq: number
  readonly hash: string
}

/** Which records are wanted; a member left out is any. */
export interface AuditFilter {
  readonly subject?: string | undefined
  readonly actor?: string | undefined
  readonly operation?: string | undefined
  readonly scope?: string | undefined
  /** Milliseconds since the epoch, inclusive. */
  readonly from?: number | undefined
  /** Milliseconds since the epoch, exclusive. */
  readonly to?: number | undefined
}

export interface AuditPage {
  /** Records after this one. Left out: all, whatever their number is. */
  readonly after?: number | undefined
  readonly limit: number
}

/** Where records go. `T` is what makes an append part of a caller's own transaction. */
export interface AuditSink<T = never> {
  readonly kind: 'sink'
  /**
   * Appends one record behind the head of the stream. `make` gets the head and gives the record; nobody else may append to the stream
   * between reading the head and writing the record. Within the caller's transaction where one is given.
   */
  append(stream: string, make: (head: Head) => StoredRecord, transaction?: T): Promise<StoredRecord>
  /** Records in the order in which they lie there, ascending where nothing is wrong; absent in a sink that only writes. */
  read?(stream: string, filter: AuditFilter, page: AuditPage): Promise<readonly StoredRecord[]>
  /** The end of the stream as the sink keeps it; seq 0 and 64 zeros where there is no record. */
  head?(stream: string): Promise<Head>
  close?(): Promise<void> | void
}

/** A sink that reads back what it wrote. */
export type ReadableSink = Required<Pick<AuditSink<unknown>, 'read' | 'head'>>
