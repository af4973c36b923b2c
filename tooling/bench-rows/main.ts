// What it costs to read sealed rows through each ORM, next to reading the same rows in clear, on PostgreSQL:
// `pnpm bench:rows [--json] [--rows N] [--rounds N] [--only ORM]`.

import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { postgresMissing, startPostgres } from '@waxseal/services'
import { Pool } from 'pg'
import type { Note, OpenOrm, Orm } from './orm.ts'

const GOAL = 1.5
const NOTE_CHARACTERS = 100

/** By name: each ORM comes with its own imports. */
const ORMS: Readonly<Record<string, () => Promise<OpenOrm>>> = {
  drizzle: async () => (await import('./orms/drizzle.ts')).openDrizzle,
  kysely: async () => (await import('./orms/kysely.ts')).openKysely,
  prisma: async () => (await import('./orms/prisma.ts')).openPrisma,
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rows: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '41' },
    only: { type: 'string' },
  },
})
const [count, rounds] = [Number(values.rows), Number(values.rounds)]
const names = Object.keys(ORMS).filter((name) => values.only === undefined || name === values.only)
if (![count, rounds].every((number) => Number.isSafeInteger(number) && number > 0) || names.length === 0) {
  console.error(`--rows and --rounds are whole numbers from 1 on; --only is one of ${Object.keys(ORMS).join(', ')}`)
  process.exit(2)
}
const missing = postgresMissing()
if (missing) {
  console.error(`bench:rows needs PostgreSQL; ${missing}`)
  process.exit(2)
}

const notes = Array.from(
  { length: count },
  (_, at): Note => ({
    id: `note-${at}`,
    note: `${at} `.padEnd(NOTE_CHARACTERS, 'lorem ipsum '),
    author: `author ${at % 50}`,
    stars: at % 6,
  }),
)
const columns = 'id text primary key, note text not null, author text not null, stars integer not null'

// What one reading left behind is collected before the next one's turn.
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] as number

async function timed(run: () => Promise<unknown>): Promise<number> {
  collectGarbage()
  const startedAt = performance.now()
  await run()
  return performance.now() - startedAt
}

/** Medians in milliseconds; the three take turns in each round, after as many rounds that are not counted. */
async function measure({ readPlain, readSealed, readOpened }: Orm) {
  const times = { plain: [] as number[], sealed: [] as number[], opened: [] as number[] }
  for (let round = -rounds; round < rounds; round++) {
    const plain = await timed(readPlain)
    const sealed = await timed(readSealed)
    const opened = await timed(readOpened)
    if (round < 0) continue
    times.plain.push(plain)
    times.sealed.push(sealed)
    times.opened.push(opened)
  }
  return { plain: median(times.plain), sealed: median(times.sealed), opened: median(times.opened) }
}

function print(line: { name: string; value: number; unit: string; goal?: number; ok?: boolean }): void {
  const verdict = line.goal === undefined ? '' : ` (at most ${line.goal}: ${line.ok ? 'met' : 'NOT met'})`
  console.log(values.json ? JSON.stringify(line) : `${line.name}: ${line.value} ${line.unit}${verdict}`)
}

const rounded = (value: number): number => Number(value.toFixed(2))

const server = await startPostgres()
const { port, user, database } = server
const pool = new Pool({ host: '127.0.0.1', port, user, database, max: 1 })
// A connection may still be closing when the server ends.
pool.on('error', () => {})
try {
  for (const name of names) {
    for (const table of ['plain_notes', 'sealed_notes']) {
      await pool.query(`drop table if exists ${table}`)
      await pool.query(`create table ${table} (${columns})`)
    }
    const open = await ORMS[name]!()
    const orm = await open({ pool, sealer: createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) }) })
    await orm.fill(notes)
    const [plain, opened] = [await orm.readPlain(), await orm.readOpened()]
    if (JSON.stringify(plain) !== JSON.stringify(opened) || plain.length !== count)
      throw new Error(`${name} reads something else`)
    const cost = await measure(orm)
    await orm.close()
    const ratio = rounded(cost.opened / cost.plain)
    const what = `${name}, ${count} rows`
    print({ name: `${what}: opened / plain`, value: ratio, unit: 'ratio', goal: GOAL, ok: ratio <= GOAL })
    print({ name: `${what}: read sealed / plain`, value: rounded(cost.sealed / cost.plain), unit: 'ratio' })
    print({ name: `${what}: plain`, value: rounded(cost.plain), unit: 'ms' })
    print({ name: `${what}: opened`, value: rounded(cost.opened), unit: 'ms' })
    print({ name: `${what}: opening`, value: rounded(((cost.opened - cost.sealed) * 1000) / count), unit: 'µs/row' })
  }
} finally {
  await pool.end()
  await server.stop()
}
