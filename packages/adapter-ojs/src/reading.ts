import { memberOf, parseErrorText } from '@waxseal/adapter-kit'
import type { HostJob } from './host.js'
import type { SealOptions } from './seal-options.js'
import { createSealing, type Sealing } from './sealing.js'

/** A job as a backend returns it. */
export interface StoredJob extends HostJob {
  readonly result?: unknown
  readonly error?: unknown
  readonly errors?: readonly unknown[]
}

async function openError({ payloads, infoOf }: Sealing, job: HostJob, error: unknown): Promise<unknown> {
  const stored = parseErrorText(memberOf(error, 'message'))
  if (!stored) return error
  const details = await payloads.openError(infoOf(job), stored)
  return { ...(error as object), message: memberOf(details, 'message'), details }
}

/**
 * A stored job opened, for whoever has the key: args, result, and of errors the message and `details`. Throws the error of what does
 * not open.
 *
 * @example
 * const job = await openJob(await client.getJob(id), { sealer, app: 'billing' })
 */
export async function openJob<Job extends StoredJob>(job: Job, options: SealOptions): Promise<Job> {
  const sealing = createSealing(options)
  const { result, error, errors } = job
  return {
    ...(await sealing.openJob(job)),
    ...(result === undefined ? {} : { result: await sealing.openResult(job, result) }),
    ...(error === undefined ? {} : { error: await openError(sealing, job, error) }),
    ...(errors === undefined ? {} : { errors: await Promise.all(errors.map((each) => openError(sealing, job, each))) }),
  }
}
