import type { Terminal } from '../terminal.js'
import { createBar } from './bar.js'
import type { Input } from './read.js'

const MIN_BYTES = 8 * 1024 * 1024

/** Shows how much of an input was read, and how long the rest will take, where somebody watches it and not the result, and it takes long enough. */
export function withProgress(
  input: Input,
  terminal: Terminal,
  { output }: { readonly output?: string },
): { readonly input: Input; stop(): void } {
  const { size, stream } = input
  const isResultWatched = process.stdout.isTTY && (output === undefined || output === '-')
  if (!terminal.watched || isResultWatched || size === undefined || size < MIN_BYTES) return { input, stop: () => undefined }
  const inMegabytes = (bytes: number) => Math.round(bytes / 1e6).toLocaleString('en')
  const bar = createBar(terminal, '{bar} {percentage}% | {read}/{all} MB | {eta_formatted} left', size, {
    read: 0,
    all: inMegabytes(size),
  })
  let read = 0
  async function* counted() {
    for await (const piece of stream) {
      read += piece.length
      bar.update(read, { read: inMegabytes(read) })
      yield piece
    }
  }
  return {
    input: { ...input, stream: counted() },
    stop: bar.stop,
  }
}
