import type { Connection } from '@temporalio/client'
import type { Scanned } from '@waxseal/conformance/leak-probe'

type Service = Connection['workflowService']
export type History = NonNullable<Awaited<ReturnType<Service['getWorkflowExecutionHistory']>>['history']>

/** All events of a run, page by page, as the server tells them to whoever has no key. */
export async function historyOf({ workflowService }: Connection, namespace: string, workflowId: string): Promise<History> {
  const events: NonNullable<History['events']> = []
  let nextPageToken: Uint8Array = new Uint8Array()
  do {
    const page = await workflowService.getWorkflowExecutionHistory({ namespace, execution: { workflowId }, nextPageToken })
    events.push(...(page.history?.events ?? []))
    nextPageToken = page.nextPageToken ?? new Uint8Array()
  } while (nextPageToken.length > 0)
  return { events }
}

/** What the server tells of runs: their histories and descriptions. */
export async function* told(connection: Connection, namespace: string, workflowIds: readonly string[]): AsyncGenerator<Scanned> {
  for (const workflowId of workflowIds) {
    const { events } = await historyOf(connection, namespace, workflowId)
    for (const event of events ?? []) yield* leavesOf(`event ${event.eventId} of ${workflowId}`, event)
    const description = await connection.workflowService.describeWorkflowExecution({ namespace, execution: { workflowId } })
    yield* leavesOf(`the description of ${workflowId}`, description)
  }
}

/** Texts and bytes in a message, names of maps included. Numbers are times, counts and ids that the server gave. */
function* leavesOf(where: string, value: unknown): Generator<Scanned> {
  if (typeof value === 'string') yield { where, text: value }
  else if (value instanceof Uint8Array) yield { where, bytes: value }
  else if (typeof value === 'object' && value !== null)
    for (const [name, member] of Object.entries(value)) {
      yield { where, text: name }
      yield* leavesOf(where, member)
    }
}
