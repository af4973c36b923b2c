import type { Terminal } from '../terminal.js'
import { createBar } from './bar.js'

/** Shows a number that grows, where somebody watches. */
export function createCounter(what: string, terminal: Terminal): { show(count: number): void; stop(): void } {
  if (!terminal.watched) return { show: () => undefined, stop: () => undefined }
  const bar = createBar(terminal, `{value} ${what} in {duration_formatted}`, 0)
  return { show: (count) => bar.update(count), stop: bar.stop }
}
