import type { Measured } from './measure.ts'

/** What one candidate cost, without the candidate: as it travels between processes and into reports. */
export interface Cost {
  readonly work: string
  readonly by: string
  /** Largest ratio to `bare` on the same work. */
  readonly goal?: number
  /** Bytes that one run moves, where throughput is what counts. */
  readonly bytes?: number
  /** Median over the rounds, for one operation. */
  readonly microseconds: number
}

export const costOf = ({ candidate: { run: _run, operations: _operations, ...rest }, microseconds }: Measured): Cost => ({
  ...rest,
  microseconds,
})

export const find = (all: readonly Cost[], work: string, by: string): Cost | undefined =>
  all.find((one) => one.work === work && one.by === by)
