import { SingleBar } from 'cli-progress'
import type { Terminal } from '../terminal.js'

/** Shows a number that grows, where somebody watches. */
export function createCounter(what: string, { watched }: Terminal): { show(count: number): void; stop(): void } {
  if (!watched) return { show: () => undefined, stop: () => undefined }
  const bar = new SingleBar({
    format: `{value} ${what} in {duration_formatted}`,
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    fps: 5,
  })
  bar.start(0, 0)
  return { show: (count) => bar.update(count), stop: () => bar.stop() }
}
