import { EXIT } from '../failure.js'

const CODES = { SIGINT: EXIT.interrupted, SIGTERM: 143, SIGHUP: 129 } as const

const undoing = new Set<() => void>()
let stopping: AbortController | undefined
let isWatching = false

function watch(): void {
  if (isWatching) return
  isWatching = true
  process.on('exit', () => {
    for (const undo of undoing) undo()
  })
  for (const [signal, code] of Object.entries(CODES))
    process.on(signal, () => {
      if (stopping && !stopping.signal.aborted) stopping.abort()
      // A terminal that closes and the shell in it both send theirs: only one of them asks.
      else if (!stopping || signal !== 'SIGHUP') process.exit(code)
    })
}

/** Has something undone where the process ends before it is done, by Ctrl-C as well; what it gives forgets about that. */
export function atEnd(undo: () => void): () => void {
  watch()
  undoing.add(undo)
  return () => void undoing.delete(undo)
}

/** Whether a run goes on, or is being ended in order. */
export const isRunning = (): boolean => stopping !== undefined

/** Ends a run in order where somebody asks for it, and at once where they ask again. */
export function stopOnSignals(): AbortSignal {
  watch()
  stopping = new AbortController()
  return stopping.signal
}
