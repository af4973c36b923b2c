import type { Scanned } from '@waxseal/conformance/leak-probe'
import type { RealTemporal } from './server.js'

/** All that the server tells of executions and schedules, to whoever has no key. */
export async function* told({ connection, command }: RealTemporal, workflowIds: readonly string[]): AsyncGenerator<Scanned> {
  const namespace = 'default'
  for (const workflowId of workflowIds) {
    const { executions } = await connection.workflowService.listWorkflowExecutions({
      namespace,
      query: `WorkflowId = '${workflowId}'`,
    })
    yield { where: 'the list', text: readable(executions) }
    for (const { execution } of executions ?? []) {
      const history = await connection.workflowService.getWorkflowExecutionHistory({ namespace, execution: execution! })
      for (const event of history.history?.events ?? []) yield { where: `event ${event.eventId}`, text: readable(event) }
      const description = await connection.workflowService.describeWorkflowExecution({ namespace, execution: execution! })
      yield { where: 'the description', text: readable(description) }
      const run = ['--workflow-id', workflowId, '--run-id', execution!.runId!, '--output', 'json']
      yield { where: 'workflow show', text: await command('workflow', 'show', ...run) }
    }
  }
}

/** The encodings of all payloads in what the command line shows as JSON. */
export function encodings(shown: string): Set<string> {
  const found = new Set<string>()
  JSON.parse(shown, (_, value: { metadata?: { encoding?: string } } | null) => {
    if (typeof value?.metadata?.encoding === 'string') found.add(atob(value.metadata.encoding))
    return value
  })
  return found
}

/** What is in a message, bytes as the text that they are. */
export const readable = (message: unknown): string =>
  JSON.stringify(message, (_, value: unknown) => {
    const bytes = value as { type?: unknown; data?: unknown } | null
    if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1')
    return bytes?.type === 'Buffer' && Array.isArray(bytes.data) ? Buffer.from(bytes.data as number[]).toString('utf8') : value
  })
