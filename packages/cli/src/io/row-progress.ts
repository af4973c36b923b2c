import type { ResealProgress } from '@waxseal/reseal'
import type { Terminal } from '../terminal.js'
import { type Bar, createBar } from './bar.js'

interface RowProgress {
  start(): void
  show(progress: ResealProgress): void
  stop(): void
}

/** How far a run through tables is, and how long the rest takes, where somebody watches. */
export function createRowProgress(terminal: Terminal): RowProgress | undefined {
  // Without it nothing is counted, which a large table takes its time for.
  if (!terminal.watched) return undefined
  const format = '{target} {bar} {value}/{total} rows | {rate} a second | {left}'
  let bar: Bar | undefined
  return {
    start() {
      bar = createBar(terminal, format, 0, { target: '', rate: 0, left: '' })
    },
    show({ target, seen, remaining, ratePerSecond, etaMs }) {
      bar?.setTotal(seen + (remaining ?? 0))
      bar?.update(seen, {
        target,
        rate: Math.round(ratePerSecond),
        left: etaMs === null ? '' : `${Math.ceil(etaMs / 1000)} s left`,
      })
    },
    stop: () => bar?.stop(),
  }
}
