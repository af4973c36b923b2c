import type { Connection } from '@temporalio/client'
import type { Scanned } from '@waxseal/conformance/leak-probe'

const namespace = 'default'

/** All that a Temporal server has of an execution, bytes as the text that they are. */
export async function* storedOf({ workflowService }: Connection, workflowId: string): AsyncGenerator<Scanned> {
  const execution = { workflowId }
  const description = await workflowService.describeWorkflowExecution({ namespace, execution })
  yield { where: 'the description', text: readable(description) }
  const { history } = await workflowService.getWorkflowExecutionHistory({ namespace, execution })
  for (const event of history?.events ?? []) yield { where: `event ${event.eventId}`, text: readable(event) }
}

const readable = (message: unknown): string =>
  JSON.stringify(message, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : bytesOf(value),
  )

/** A Buffer, which has turned itself into an object before it gets here. */
function bytesOf(value: unknown): unknown {
  const { type, data } = (value ?? {}) as { type?: unknown; data?: unknown }
  return type === 'Buffer' && Array.isArray(data) ? Buffer.from(data as number[]).toString('latin1') : value
}
