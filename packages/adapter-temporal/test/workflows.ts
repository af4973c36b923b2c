import * as wf from '@temporalio/workflow'
import type * as activities from './activities.js'

const { charge, declined, beat } = wf.proxyActivities<typeof activities>({
  startToCloseTimeout: '20s',
  heartbeatTimeout: '10s',
  retry: { maximumAttempts: 2, initialInterval: '10ms' },
})
const { localCharge } = wf.proxyLocalActivities<typeof activities>({ startToCloseTimeout: '10s' })

export const note = wf.defineSignal<[string]>('note')
export const notes = wf.defineQuery<string[], [string]>('notes')
export const change = wf.defineUpdate<string, [string]>('change')

/** Takes every way by which a payload leaves a worker. */
export async function payment(secret: string): Promise<{ receipt: string; failures: string[] }> {
  const received: string[] = []
  const failures: string[] = []
  wf.setHandler(note, (text) => void received.push(text))
  wf.setHandler(notes, (prefix) => [prefix, ...received])
  wf.setHandler(change, async (text) => {
    received.push(text)
    return `changed to ${text}`
  })
  wf.upsertMemo({ upserted: secret })
  await wf.condition(() => received.length >= 2)
  const receipt = await charge({ card: secret })
  await localCharge(secret)
  await beat(secret)
  await declined(secret).catch((error: Error) => failures.push(String(error.cause)))
  await wf
    .executeChild(child, { args: [secret], memo: { child: secret } })
    .catch((error: Error) => failures.push(String(error.cause)))
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

export async function continued(secret: string, left: number): Promise<string> {
  if (left > 0) await wf.continueAsNew<typeof continued>(secret, left - 1)
  return secret
}

export async function echo(value: unknown): Promise<unknown> {
  return value
}

export async function asks(value: unknown): Promise<string> {
  return charge(value as { card: string })
}
