import type { ResealProgress } from '@waxseal/reseal'
import { SingleBar } from 'cli-progress'
import type { Terminal } from '../terminal.js'

interface RowProgress {
  start(): void
  show(progress: ResealProgress): void
  stop(): void
}

/** How far a run through tables is, and how long the rest takes, where somebody watches. */
export function createRowProgress({ watched }: Terminal): RowProgress | undefined {
  // Without it nothing is counted, which a large table takes its time for.
  if (!watched) return undefined
  const bar = new SingleBar({
    format: '{target} {bar} {value}/{total} rows | {rate} a second | {left}',
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
  })
  return {
    start: () => bar.start(0, 0, { target: '', rate: 0, left: '' }),
    show({ target, seen, remaining, ratePerSecond, etaMs }) {
      bar.setTotal(seen + (remaining ?? 0))
      bar.update(seen, {
        target,
        rate: Math.round(ratePerSecond),
        left: etaMs === null ? '' : `${Math.ceil(etaMs / 1000)} s left`,
      })
    },
    stop: () => bar.stop(),
  }
}
