import { proxyActivities } from '@temporalio/workflow'

/** A job on its way to the worker. */
export interface Order {
  readonly id: string
  readonly type: string
  readonly data: Record<string, unknown>
}

export interface Activities {
  handleJob(order: Order): Promise<unknown>
}

// What a handler throws is final; an activity whose task was lost on its way to the worker is tried again.
const { handleJob } = proxyActivities<Activities>({ startToCloseTimeout: '10s' })

/** One for each job: its activity handles it. */
export const job = (order: Order): Promise<unknown> => handleJob(order)

/** Holds what it was given; nobody ever works on it. */
export const planted = async (_members: Readonly<Record<string, string>>): Promise<void> => {}
