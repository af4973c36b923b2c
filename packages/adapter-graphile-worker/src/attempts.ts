import type { JobHelpers } from './host.js'

const SCHEMAS = `select quote_ident(n.nspname) as schema from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.relname = '_private_jobs' and c.relkind = 'r'`

/** The schema as graphile-worker has it in its statements; it hands the name to no task. */
async function schemaOf({ query }: JobHelpers, named: string | undefined): Promise<string> {
  const { rows } = await query<{ schema: string }>(
    named === undefined ? SCHEMAS : 'select quote_ident($1) as schema',
    named === undefined ? [] : [named],
  )
  if (rows.length !== 1) throw new Error('there are several schemas of graphile-worker in this database: name one')
  return rows[0]!.schema
}

async function update(helpers: JobHelpers, named: string | undefined, set: string): Promise<void> {
  const schema = await schemaOf(helpers, named)
  const { id, locked_by } = helpers.job
  await helpers.query(`update ${schema}._private_jobs set ${set} where id = $1 and locked_by = $2`, [id, locked_by])
}

/** Keeps a job that must not be tried again: graphile-worker keeps what has no attempts left. */
export async function keepJob(helpers: JobHelpers, schema?: string): Promise<void> {
  await update(helpers, schema, 'max_attempts = attempts')
  helpers.job.max_attempts = helpers.job.attempts
}

/** Gives the attempt back of a job that could not be opened now. */
export async function returnJob(helpers: JobHelpers, schema?: string): Promise<void> {
  await update(helpers, schema, 'attempts = greatest(attempts - 1, 0)')
  helpers.job.attempts = Math.max(helpers.job.attempts - 1, 0)
}
