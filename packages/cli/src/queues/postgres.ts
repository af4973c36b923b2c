import { createDatabases } from '@waxseal/config'
import { usage } from '../failure.js'

/** What executes SQL where a queue is in PostgreSQL, in the shape of a pool of pg. */
export async function openPostgres(reference: string) {
  const databases = createDatabases(process.env, { create: false })
  const { db, dialect } = await databases.open(reference)
  if (dialect !== 'postgres') {
    await databases.close()
    throw usage(`${reference} is no PostgreSQL, where queues of this kind are`)
  }
  const { CompiledQuery } = await import('kysely')
  return {
    query: (text: string, values: unknown[] = []) => db.executeQuery(CompiledQuery.raw(text, values)),
    close: () => databases.close(),
  }
}
