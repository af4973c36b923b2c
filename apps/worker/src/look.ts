import { existsSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import { dataIn } from './database.js'
import { InputError } from './job-file.js'

/** Runs a query on a kept database and gives the rows as lines of JSON. */
export async function look(directory: string, sql: string): Promise<string> {
  if (!existsSync(dataIn(directory))) throw new InputError(`${directory} holds no kept database`)
  const pglite = await PGlite.create(dataIn(directory))
  try {
    const { rows } = await pglite.query(sql).catch((error: Error) => {
      throw new InputError(`PostgreSQL says: ${error.message}`)
    })
    return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
  } finally {
    await pglite.close()
  }
}
