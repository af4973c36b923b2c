import { ApplicationFailure, CompleteAsyncError, Context } from '@temporalio/activity'

export const seen: unknown[] = []
/** Tokens of activities that are completed from elsewhere. */
export const tokens: Uint8Array[] = []

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

/** Gives a heartbeat and then none, so that it times out with the details of that one. */
export async function silent(secret: string): Promise<never> {
  Context.current().heartbeat(secret)
  return Context.current().cancelled
}

export async function declined(secret: string): Promise<never> {
  const error = new Error(secret, { cause: Object.assign(new TypeError(secret), { secret }) })
  throw Object.assign(ApplicationFailure.fromError(error, { details: [{ secret }], type: 'CardDeclined' }), { secret })
}

export async function later(): Promise<never> {
  tokens.push(Context.current().info.taskToken)
  throw new CompleteAsyncError()
}

export const attempt = async (): Promise<number> => Context.current().info.attempt
