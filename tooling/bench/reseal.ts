// Re-encrypts rows of 1 KiB on PostgreSQL, next to the same reading and writing without cryptography; then looks keys up in the key
// store: `pnpm bench:reseal [--json] [--rows N] [--rounds N]`.
import { parseArgs } from 'node:util'
import { createSealer, generateKey, type Sealer, staticKeys } from '@waxseal/core'
import { createReseal, type ResealSealer, type ResealTarget } from '@waxseal/reseal'
import { resealTable } from '@waxseal/reseal/sql'
import { postgresMissing, startPostgres } from '@waxseal/services'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { Pool } from 'pg'
import { keyLookups, type Line } from './key-lookup.ts'
import { median } from './measure.ts'

const GOAL = 0.5
const VALUE_BYTES = 1024
const PAGE = 500

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rows: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '5' },
  },
})
const rows = Number(values.rows)
const rounds = Number(values.rounds)
if (![rows, rounds].every((number) => Number.isSafeInteger(number) && number > 0)) {
  console.error('--rows and --rounds are whole numbers from 1 on')
  process.exit(2)
}
const missing = postgresMissing()
if (missing) {
  console.error(`bench:reseal needs PostgreSQL; ${missing}`)
  process.exit(2)
}

const [k1, k2] = [generateKey(), generateKey()]
const before = createSealer({ keys: staticKeys([{ kid: 'k1', key: k1 }]) })
const after = createSealer({
  keys: staticKeys([
    { kid: 'k2', key: k2 },
    { kid: 'k1', key: k1, state: 'decrypt_only' },
  ]),
})
const contextOf = (id: unknown) => ({ app: 'bench', table: 'cards', row: `${id}` })

/** What the engine asks of a sealer, answered without looking: another text of the same length. */
const blank = (sealed: string) => `${sealed.slice(0, -16)}${'A'.repeat(16)}`
const noCryptography: ResealSealer = {
  ...after,
  needsReseal: () => 'key',
  reseal: (async (sealed: string) => blank(sealed)) as Sealer['reseal'],
}

/** One page after the other through the target alone: read, make another text, write. */
async function plainLoop(target: ResealTarget): Promise<void> {
  let after: Parameters<ResealTarget['page']>[0]['after'] = null
  do {
    const page: Awaited<ReturnType<ResealTarget['page']>> = await target.page({ after, until: null, limit: PAGE })
    const done = await target.replace(page.items.map((item) => ({ item, next: blank(item.sealed as string) })))
    if (!done.every(Boolean)) throw new Error('a row was not written')
    after = page.next
  } while (after !== null)
}

async function engine(target: ResealTarget, sealer: ResealSealer): Promise<void> {
  const report = await createReseal({ sealer, targets: [target], pageSize: PAGE }).run()
  if (!report.complete || report.targets[0]?.moved !== rows)
    throw new Error('not every row was moved', { cause: report.stopped?.cause })
}

const server = await startPostgres()
try {
  const { port, user, database } = server
  const pool = new Pool({ host: '127.0.0.1', port, user, database, max: 4 })
  pool.on('error', () => {})
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  const target = () =>
    resealTable({ db, dialect: 'postgres', table: 'cards', key: 'id', column: 'sealed', context: ({ id }) => contextOf(id) })
  // Each row takes the room that a value of 1 KiB takes once it is sealed.
  await sql`create table seed (id integer primary key, sealed text not null)`.execute(db)
  for (let from = 1; from <= rows; from += 1000) {
    const ids = Array.from({ length: Math.min(1000, rows - from + 1) }, (_, at) => from + at)
    const sealed = await before.sealMany(ids.map((id) => ({ value: `${id}`.padEnd(VALUE_BYTES, 'x'), context: contextOf(id) })))
    await sql`insert into seed select * from unnest(${ids}::integer[], ${sealed}::text[])`.execute(db)
  }
  const fresh = async () => {
    await sql`drop table if exists cards`.execute(db)
    await sql`create table cards (id integer primary key, sealed text not null)`.execute(db)
    await sql`insert into cards select id, sealed from seed order by id`.execute(db)
    await sql`vacuum analyze cards`.execute(db)
    await sql`checkpoint`.execute(db)
  }

  const candidates = {
    'page by page, no cryptography': () => plainLoop(target()),
    'engine, no cryptography': () => engine(target(), noCryptography),
    reseal: () => engine(target(), after),
  }
  const seconds = new Map<string, number[]>(Object.keys(candidates).map((name) => [name, []]))
  for (let round = 0; round < rounds; round++)
    for (const [name, run] of Object.entries(candidates)) {
      await fresh()
      const begin = performance.now()
      await run()
      seconds.get(name)!.push((performance.now() - begin) / 1000)
      if (name !== 'reseal') continue
      const last = (await sql<{ sealed: string }>`select sealed from cards where id = ${rows}`.execute(db)).rows[0]!
      if (
        (await after.open<string>(last.sealed, { context: contextOf(rows) })).length !== VALUE_BYTES ||
        after.needsReseal(last.sealed)
      )
        throw new Error('a row was not sealed anew')
    }
  const took = (name: keyof typeof candidates) => median(seconds.get(name)!)
  const rounded = (value: number) => Number(value.toPrecision(3))
  const goal = rows === 100_000 ? GOAL : null
  const ratio = (name: string, base: keyof typeof candidates, judged: boolean) => {
    const value = rounded(took(base) / took('reseal'))
    return { name, value, unit: 'ratio', goal: judged ? goal : null, ok: !judged || goal === null || value >= goal }
  }
  const lines: Line[] = [
    ratio(`re-encrypt ${rows} rows: rate / page by page, no cryptography`, 'page by page, no cryptography', true),
    ratio(`re-encrypt ${rows} rows: rate / engine, no cryptography`, 'engine, no cryptography', false),
    ...Object.keys(candidates).map((name) => ({
      name: `${rows} rows: ${name}`,
      value: Math.round(rows / took(name as keyof typeof candidates)),
      unit: 'rows/s',
      goal: null,
      ok: true,
    })),
  ]
  lines.push(...(await keyLookups(db, goal !== null)))
  for (const line of lines) {
    const verdict =
      line.goal === null ? '' : ` (goal: at ${line.unit === 'ms' ? 'most' : 'least'} ${line.goal}, ${line.ok ? 'met' : 'MISSED'})`
    console.log(values.json ? JSON.stringify(line) : `${line.name}: ${line.value} ${line.unit}${verdict}`)
  }
  if (lines.some(({ ok }) => !ok)) process.exitCode = 1
  await db.destroy()
} finally {
  await server.stop()
}
