/** One thing that a source holds: a line, a row, a job. */
export interface SourceRecord {
  /** What it is one of: a file, a table, a queue, where known the type of job. */
  readonly of: string
  readonly value: unknown
}

/** Where records are read from; nothing is changed there. */
export interface Source {
  readonly name: string
  records(): AsyncIterable<SourceRecord>
  /** What could not be read, and why; none of its data. */
  readonly problems: readonly string[]
  close(): Promise<void>
}
