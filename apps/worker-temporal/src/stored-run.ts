import type { Connection } from '@temporalio/client'
import type { StoredJob } from '@waxseal/worker'
import { type History, historyOf } from './histories.js'

type Event = NonNullable<History['events']>[number]
type Payload = NonNullable<
  NonNullable<NonNullable<Event['workflowExecutionStartedEventAttributes']>['input']>['payloads']
>[number]
type Failure = NonNullable<NonNullable<Event['workflowExecutionFailedEventAttributes']>['failure']>

/** A job as the history of its run holds it. */
export async function storedRun(connection: Connection, namespace: string, id: string, workflowId: string): Promise<StoredJob> {
  const events = (await historyOf(connection, namespace, workflowId)).events ?? []
  const input = events[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]
  const last = events.at(-1)
  const { result } = last?.workflowExecutionCompletedEventAttributes ?? {}
  const { failure } = last?.workflowExecutionFailedEventAttributes ?? {}
  return {
    id,
    state: result ? 'completed' : failure ? 'failed' : 'running',
    data: shown(input),
    bytes: input?.data?.length,
    output: failure ? shownFailure(failure) : shown(result?.payloads?.[0]),
  }
}

const text = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString()

/** A payload as one would read it: envelopes in binary form as base64, anything else as the text that it is. */
function shown(payload: Payload | undefined): unknown {
  const encoding = text(payload?.metadata?.encoding)
  if (encoding !== 'binary/waxseal') return { encoding, data: text(payload?.data) }
  return { encoding, $sealed: Buffer.from(payload?.data ?? []).toString('base64url') }
}

const shownFailure = ({ message, encodedAttributes, applicationFailureInfo, cause }: Failure): unknown => ({
  message,
  ...(applicationFailureInfo && { type: applicationFailureInfo.type }),
  ...(encodedAttributes && { encodedAttributes: shown(encodedAttributes) }),
  ...(cause && { cause: shownFailure(cause) }),
})
