import * as wf from '@temporalio/workflow'
import type * as activities from './activities.js'

const { charge } = wf.proxyActivities<typeof activities>({ startToCloseTimeout: '20s', retry: { maximumAttempts: 1 } })

export interface Payment {
  readonly card: string
  readonly note: string
}

export const note = wf.defineSignal<[string]>('note')
export const notes = wf.defineQuery<string[]>('notes')

/** Charges at once, and fails with what it was told where it is told so. */
export async function payment({ card, note: text }: Payment): Promise<{ receipt: string; note: string }> {
  return { receipt: await charge(card), note: text }
}

/** Waits for one note. */
export async function collects(first: string): Promise<string[]> {
  const received = [first]
  wf.setHandler(note, (text) => void received.push(text))
  wf.setHandler(notes, () => received)
  await wf.condition(() => received.length > 1)
  return received
}

export async function fails({ note: text }: Payment): Promise<never> {
  throw wf.ApplicationFailure.create({ message: text, details: [text], nonRetryable: true })
}
