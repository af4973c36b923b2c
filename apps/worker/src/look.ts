import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { InputError } from './job-file.js'

/** Runs a query on a kept database and gives the rows as lines of JSON. */
export async function look(directory: string, sql: string): Promise<string> {
  const data = join(directory, 'postgres')
  if (!existsSync(data)) throw new InputError(`${directory} holds no kept database`)
  const pglite = await PGlite.create(data)
  try {
    const { rows } = await pglite.query(sql)
    return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
  } finally {
    await pglite.close()
  }
}
