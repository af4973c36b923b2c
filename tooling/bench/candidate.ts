/** One thing that is timed. */
export interface Candidate {
  /** What is done; candidates of the same work are compared. */
  readonly work: string
  /** Who does it. */
  readonly by: string
  /** Largest ratio to the first candidate of the same work. */
  readonly goal?: number
  /** Operations that one run does, default 1. */
  readonly operations?: number
  /** Bytes that one run moves, where throughput is what counts. */
  readonly bytes?: number
  readonly run: () => unknown
}
