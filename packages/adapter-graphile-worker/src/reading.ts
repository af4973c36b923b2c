import type { Job } from 'graphile-worker'
import type { SealOptions } from './seal-options.js'
import { load } from './sealing.js'

/**
 * A stored job opened: its payload where the row has one, and its last error, whose details are given as `errors`: one, or of a
 * list one for each element that failed. Throws the error of what does not open.
 *
 * @example
 * const { rows } = await pool.query('select * from graphile_worker.jobs')
 * const [job] = await Promise.all(rows.map((row) => openJob(row, { sealer, app: 'billing' })))
 */
export async function openJob<Stored extends Pick<Job, 'task_identifier' | 'last_error'> & { readonly payload?: unknown }>(
  job: Stored,
  seal: SealOptions,
): Promise<Stored & { readonly errors: readonly unknown[] }> {
  const { openPayload, openError } = await load(seal)()
  const { task_identifier: identifier, last_error: error, payload } = job
  const opened = error === null ? { text: null, details: [] } : await openError(identifier, payload, error)
  return {
    ...job,
    ...(payload === undefined ? {} : { payload: await openPayload(identifier, payload) }),
    last_error: opened.text,
    errors: opened.details,
  }
}
