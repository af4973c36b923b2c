import { ApplicationFailure, Context } from '@temporalio/activity'

export const seen: unknown[] = []

export async function charge(payment: { card: string }): Promise<string> {
  seen.push(payment)
  return `receipt for ${payment.card}`
}

export const localCharge = async (secret: string): Promise<string> => `locally ${secret}`

/** Gives a heartbeat, fails, and is told of the heartbeat when it is tried again. */
export async function beat(secret: string): Promise<string> {
  const { info } = Context.current()
  if (info.attempt > 1) return String(info.heartbeatDetails)
  Context.current().heartbeat(secret)
  await new Promise((resolve) => setTimeout(resolve, 50))
  throw new Error(secret)
}

export async function declined(secret: string): Promise<never> {
  const error = new Error(secret, { cause: Object.assign(new TypeError(secret), { secret }) })
  throw Object.assign(ApplicationFailure.fromError(error, { details: [{ secret }], type: 'CardDeclined' }), { secret })
}
