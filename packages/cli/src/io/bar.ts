import { SingleBar } from 'cli-progress'
import type { Terminal } from '../terminal.js'
import { atEnd } from './ending.js'

export interface Bar {
  update(value: number, fields?: object): void
  setTotal(total: number): void
  stop(): void
}

/** How long something takes, in words of time; nothing where it cannot be told yet. */
const duration = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return '…'
  const [minutes, rest] = [Math.floor(seconds / 60), Math.ceil(seconds % 60)]
  if (minutes === 0) return `${rest} s`
  return minutes < 60 ? `${minutes} min ${rest} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** A line on standard error that changes, and is gone behind the work; the cursor comes back however the process ends. */
export function createBar({ draws }: Terminal, format: string, total: number, fields: object = {}): Bar {
  const bar = new SingleBar({
    format,
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    etaBuffer: 200,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    formatTime: duration,
  })
  // Before the cursor is hidden.
  const forget = atEnd(() => bar.stop())
  bar.start(total, 0, fields)
  draws(true)
  return {
    update: (value, changed) => bar.update(value, changed),
    setTotal: (value) => bar.setTotal(value),
    stop() {
      forget()
      draws(false)
      bar.stop()
    },
  }
}
