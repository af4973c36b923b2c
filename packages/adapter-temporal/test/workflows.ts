import * as wf from '@temporalio/workflow'
import type * as activities from './activities.js'

const options = { startToCloseTimeout: '20s', retry: { maximumAttempts: 2, initialInterval: '10ms' } } as const
const { charge, declined, beat } = wf.proxyActivities<typeof activities>({ ...options, heartbeatTimeout: '10s' })
const { silent } = wf.proxyActivities<typeof activities>({
  startToCloseTimeout: '20s',
  heartbeatTimeout: '1s',
  retry: { maximumAttempts: 1 },
})
const { later } = wf.proxyActivities<typeof activities>(options)
const local = wf.proxyLocalActivities<typeof activities>({
  startToCloseTimeout: '10s',
  retry: { maximumAttempts: 2, initialInterval: '10ms' },
})

export const note = wf.defineSignal<[string]>('note')
export const notes = wf.defineQuery<string[], [string]>('notes')
export const change = wf.defineUpdate<string, [string]>('change')

const texts = (error: unknown): string[] => (error instanceof Error ? [error.message, ...texts(error.cause)] : [])
const textsOf = (promise: Promise<unknown>): Promise<string[]> => promise.then(() => [], texts)

/** Takes every way by which a payload leaves a worker. */
export async function payment(secret: string): Promise<{ receipt: string; failures: string[][] }> {
  const received: string[] = []
  wf.setHandler(note, (text) => void received.push(text))
  wf.setHandler(notes, (prefix) => {
    if (prefix === 'fail') throw new Error(secret)
    return [prefix, ...received]
  })
  wf.setHandler(
    change,
    async (text) => {
      if (text === 'fail') throw wf.ApplicationFailure.create({ message: secret, details: [secret] })
      received.push(text)
      return `changed to ${text}`
    },
    {
      validator(text) {
        if (text === 'refuse') throw new Error(secret)
      },
    },
  )
  wf.upsertMemo({ upserted: secret })
  wf.setCurrentDetails(secret)
  await wf.condition(() => received.length >= 2)
  await wf.sleep(1, { summary: secret })
  const receipt = await charge.executeWithOptions({ ...options, summary: secret }, [{ card: secret }])
  await local.localCharge(secret)
  await beat(secret)
  const failures = [
    await textsOf(declined(secret)),
    await textsOf(local.declined(secret)),
    await textsOf(silent(secret)),
    await textsOf(wf.executeChild(child, { args: [secret], memo: { child: secret }, staticSummary: secret })),
  ]
  return { receipt, failures }
}

export async function child(secret: string): Promise<never> {
  throw wf.ApplicationFailure.create({
    message: secret,
    type: secret,
    details: [secret, { secret }],
    cause: new Error(secret),
    nonRetryable: true,
  })
}

export async function fails(secret: string): Promise<never> {
  throw wf.ApplicationFailure.create({ message: secret, details: [{ secret }], nonRetryable: true })
}

/** Its failure is that of an activity, of a child of that sort, or of an error around one. */
export async function rethrows(secret: string, how: 'activity' | 'child' | 'wrapped'): Promise<void> {
  if (how === 'activity') await declined(secret)
  else if (how === 'child') await wf.executeChild(rethrows, { args: [secret, 'activity'] })
  else
    await declined(secret).catch((cause: Error) => {
      throw wf.ApplicationFailure.create({ message: secret, cause, nonRetryable: true })
    })
}

/** Fails at first; a later attempt tells with what. */
export async function secondAttempt(secret: string): Promise<string[]> {
  if (wf.workflowInfo().attempt === 1) throw wf.ApplicationFailure.create({ message: secret, details: [secret] })
  return texts(wf.workflowInfo().lastFailure)
}

export async function parentOfSecondAttempt(secret: string): Promise<string[]> {
  return wf.executeChild(secondAttempt, { args: [secret], retry: { initialInterval: '10ms', maximumAttempts: 2 } })
}

/** An error that is none of Temporal fails the task, not the workflow. */
export async function broken(secret: string): Promise<never> {
  throw new TypeError(secret)
}

export async function waitsForLater(): Promise<string[]> {
  return [await later(), ...(await textsOf(later()))]
}

export async function continued(secret: string, left: number): Promise<string> {
  if (left > 0) await wf.continueAsNew<typeof continued>(secret, left - 1)
  return secret
}

export async function echo(value: unknown): Promise<unknown> {
  return value
}

/** Ends with all that was signalled. */
export async function collects(count: number): Promise<unknown[]> {
  const received: unknown[] = []
  wf.setHandler(note, (text) => void received.push(text))
  await wf.condition(() => received.length >= count)
  return received
}

/** Lets workers of another queue charge; `unreadable` is not tried again. */
export async function asks(taskQueue: string, value: unknown): Promise<string> {
  const other = wf.proxyActivities<typeof activities>({
    ...options,
    taskQueue,
    retry: { initialInterval: '10ms', maximumAttempts: 5, nonRetryableErrorTypes: ['UnreadablePayloadError'] },
  })
  return other.charge(value as { card: string })
}
