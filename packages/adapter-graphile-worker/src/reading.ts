import type { Job } from 'graphile-worker'
import type { SealOptions } from './seal-options.js'
import { load } from './sealing.js'

/**
 * A stored job opened: its payload, and the message of its last error. Throws the error of what does not open.
 *
 * @example
 * const { rows } = await pool.query('select * from graphile_worker.jobs')
 * const [job] = await Promise.all(rows.map((row) => openJob(row, { sealer, app: 'billing' })))
 */
export async function openJob<Stored extends Pick<Job, 'task_identifier' | 'last_error'> & { readonly payload?: unknown }>(
  job: Stored,
  seal: SealOptions,
): Promise<Stored> {
  const { openPayload, openError } = await load(seal)()
  const { task_identifier: identifier, last_error: error } = job
  return {
    ...job,
    payload: await openPayload(identifier, job.payload),
    last_error: error === null ? null : await openError(identifier, job.payload, error),
  }
}
