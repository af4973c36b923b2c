import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client'
import { ActivityFailure, ApplicationFailure } from '@temporalio/common'

const AT_ONCE = 50

/** Waits until every run has ended, well or not. */
export async function allEnded(runs: readonly WorkflowHandle[], signal: AbortSignal): Promise<void> {
  const stopped = new AbortController()
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: stopped.signal })
  })
  try {
    signal.throwIfAborted()
    for (let from = 0; from < runs.length; from += AT_ONCE)
      await Promise.race([Promise.allSettled(runs.slice(from, from + AT_ONCE).map((run) => run.result())), aborted])
  } finally {
    stopped.abort()
  }
}

/** What the activity of a run threw, opened. */
export async function openedFailure(run: WorkflowHandle): Promise<unknown> {
  const error: unknown = await run.result().catch((thrown) => thrown)
  if (!(error instanceof WorkflowFailedError)) return undefined
  const thrown = error.cause instanceof ActivityFailure ? error.cause.cause : error.cause
  if (!(thrown instanceof Error)) return undefined
  return { name: (thrown instanceof ApplicationFailure && thrown.type) || thrown.name, message: thrown.message }
}
