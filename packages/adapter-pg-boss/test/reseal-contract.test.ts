import { resealTargetContract } from '@waxseal/conformance/contracts'
import { describe, it } from 'vitest'
import { resealTarget } from '../src/reseal.js'
import { APP, embeddedPostgres } from './embedded.js'

const postgres = embeddedPostgres()

resealTargetContract({
  describe,
  it,
  harness: {
    name: 'pg-boss',
    async create(values) {
      const { plain, schema, sealer } = await postgres.bosses()
      const columns = ['data', 'output', 'source_output'] as const
      const member = (at: number) => (at % 5 === 4 ? '$error' : '$sealed')
      for (const queue of ['a', 'B', 'c']) await plain.createQueue(queue, { partition: queue === 'c' })
      for (const [at, value] of values.entries()) {
        const queue = ['a', 'B', 'c'][at % 3]!
        if (at % 7 === 3) {
          await plain.schedule(queue, '* * * * *', { $sealed: value, $job: queue }, { key: `key${at}` })
          continue
        }
        const id = await plain.send(queue, null as never)
        const column = columns[at % 4] ?? 'data'
        const stored = { [column === 'data' ? '$sealed' : member(at)]: value, $job: queue }
        await postgres.query(`UPDATE ${schema}.job SET ${column} = $1 WHERE id = $2`, [stored, id])
      }
      const write = async (held: unknown, edit: (column: string) => string) => {
        for (const [table, column] of [...columns.map((name) => ['job', name]), ['schedule', 'data']] as [string, string][])
          await postgres.query(
            `UPDATE ${schema}.${table} SET ${column} = ${edit(column)} WHERE strpos(${column}::text, $1::text) > 0`,
            [`"${held}"`],
          )
      }
      return {
        target: resealTarget({ seal: { sealer, app: APP }, db: plain.getDb(), schema }),
        overwrite: (held, by) => write(held, (column) => `replace(${column}::text, $1::text, '"${by}"')::jsonb`),
        remove: (held) => write(held, () => 'NULL'),
      }
    },
  },
})
