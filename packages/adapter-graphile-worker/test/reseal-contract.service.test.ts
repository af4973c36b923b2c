import { resealTargetContract } from '@waxseal/conformance/contracts'
import { postgresMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { describe, it } from 'vitest'
import { resealTarget } from '../src/reseal.js'
import { postgres } from './database.js'

const missing = postgresMissing()
const LINES = "string_to_array(last_error, E'\\n')"

describeIf(!missing, missing ?? '')('PostgreSQL', () => {
  const database = postgres()
  const { query } = database

  resealTargetContract({
    describe,
    it,
    harness: {
      name: 'graphile-worker',
      async create(values) {
        const { seal, schema, table, plain } = await database.bench()
        const stored = (value: unknown) => ({ $sealed: value, $job: 'pay' })
        const line = (value: unknown) => `CardError: [sealed] ${value}`
        const add = async (payload: unknown, error: string | null = null) => {
          const { id } = await plain.addJob('pay', payload as never)
          await query(`UPDATE ${table} SET last_error = $1 WHERE id = $2`, [error, id])
        }
        // A payload, a list of four, a payload with an error, a list of one with an error for it, a list whose elements all are gone.
        for (let rest = [...values]; rest.length > 0; ) {
          const [one, a, b, c, d, both, error, element, lone, ...lines] = rest.splice(0, 11).map(String)
          await add(stored(one))
          const list = [a, b, c, d].filter((value) => value !== undefined)
          if (list.length > 0) await add(list.map(stored))
          if (both) await add(stored(both), error ? line(error) : null)
          if (element) await add([stored(element)], lone ? `Batch failures:\n${line(lone)}` : null)
          if (lines.length > 0) await add([], `Batch failures:\n${['Error: [sealed]', ...lines.map(line)].join('\n')}`)
        }
        return {
          target: resealTarget({ seal, db: database.pool, schema }),
          overwrite: async (held, by) => {
            const values = [String(held), String(by)]
            await query(
              `UPDATE ${table} SET payload = replace(payload::text, $1, $2)::json, last_error = replace(last_error, $1, $2)`,
              values,
            )
          },
          remove: async (held) => {
            const has = (text: string) => `strpos(${text}, $1) > 0`
            const run = (sql: string) => query(sql, [held])
            await run(`UPDATE ${table} SET payload = (SELECT coalesce(json_agg(e), '[]') FROM json_array_elements(payload) e WHERE NOT ${has('e::text')})
              WHERE json_typeof(payload) = 'array' AND ${has('payload::text')}`)
            await run(`UPDATE ${table} SET payload = '[]' WHERE ${has('payload::text')}`)
            await run(`UPDATE ${table} SET last_error = array_to_string(ARRAY(SELECT l FROM unnest(${LINES}) l WHERE NOT ${has('l')}), E'\\n')
              WHERE ${has('last_error')}`)
          },
        }
      },
    },
  })
})
