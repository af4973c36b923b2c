import { proxyActivities } from '@temporalio/workflow'
import type { Activities } from './activities.ts'

const { charge } = proxyActivities<Activities>({
  startToCloseTimeout: '1m',
  retry: { nonRetryableErrorTypes: ['UnreadablePayloadError'] },
})

export const pay = (payment: { card: string }): Promise<string> => charge(payment)
