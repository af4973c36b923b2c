import { SingleBar } from 'cli-progress'
import type { Terminal } from '../terminal.js'
import type { Input } from './read.js'

const MIN_BYTES = 8 * 1024 * 1024

/** Shows how much of an input was read, and how long the rest will take, where somebody watches and it takes long enough. */
export function withProgress(input: Input, { watched }: Terminal): { readonly input: Input; stop(): void } {
  const { size, stream } = input
  if (!watched || size === undefined || size < MIN_BYTES) return { input, stop: () => undefined }
  const bar = new SingleBar({
    format: '{bar} {percentage}% | {value}/{total} MB | {eta_formatted} left',
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
  })
  const megabytes = (bytes: number) => Math.round(bytes / 1e6)
  bar.start(megabytes(size), 0)
  let read = 0
  async function* counted() {
    for await (const piece of stream) {
      read += piece.length
      bar.update(megabytes(read))
      yield piece
    }
  }
  return {
    input: { ...input, stream: counted() },
    stop: () => bar.stop(),
  }
}
