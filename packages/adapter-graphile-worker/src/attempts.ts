import type { JobHelpers } from './host.js'
import { quoted } from './quoted.js'

async function update({ job, query }: JobHelpers, schema: string, set: string): Promise<void> {
  const { id, locked_by } = job
  await query(`update ${quoted(schema)}._private_jobs set ${set} where id = $1 and locked_by = $2`, [id, locked_by])
}

/** Keeps a job that must not be tried again: graphile-worker keeps what has no attempts left. */
export async function keepJob(helpers: JobHelpers, schema: string): Promise<void> {
  await update(helpers, schema, 'max_attempts = attempts')
  helpers.job.max_attempts = helpers.job.attempts
}

/** Gives the attempt back of a job that could not be opened now. */
export async function returnJob(helpers: JobHelpers, schema: string): Promise<void> {
  await update(helpers, schema, 'attempts = greatest(attempts - 1, 0)')
  helpers.job.attempts = Math.max(helpers.job.attempts - 1, 0)
}
