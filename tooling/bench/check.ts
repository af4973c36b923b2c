// `pnpm bench:check`: fails where Waxseal has become slower in units of `bare`. It judges ratios, never times.
import { readFileSync, writeFileSync } from 'node:fs'
import type { Candidate } from './candidate.ts'
import { costOf, find } from './cost.ts'
import { measure, median } from './measure.ts'
import { BARE, BARE_STREAMS, OURS } from './names.ts'
import { text } from './report/tables.ts'
import { suite } from './suite.ts'

const RECORDED = new URL('recorded-ratios.json', import.meta.url)
/** A ratio may be so much larger than it was when it was recorded. */
const ROOM = 1.6
/** Chance makes a ratio worse, rarely better: the best of so many counts. */
const ATTEMPTS = 5
const PACE = { rounds: 5, turnMs: 12, warmUpMs: 100, clock: 'cpu' } as const
const CHECKED = new RegExp(`^(seal|open) (32 B|1 KiB|64 KiB|10 fields|100 of 1 KiB|a stream): (${BARE}|${BARE_STREAMS}|${OURS})$`)

/** A stream against a stream: against a loop it depends on the machine. */
const baseOf = (work: string): string => (work.endsWith('stream') ? BARE_STREAMS : BARE)

type Ratios = Record<string, number>

async function ratios(candidates: readonly Candidate[]): Promise<Ratios> {
  const costs = (await measure(candidates, PACE)).map(costOf)
  return Object.fromEntries(
    costs
      .filter(({ by }) => by === OURS)
      .map(({ work, microseconds }) => [work, microseconds / find(costs, work, baseOf(work))!.microseconds]),
  )
}

const { candidates } = await suite({ only: (name) => CHECKED.test(name), peers: false })
const first = await ratios(candidates)

if (process.argv.includes('--record')) {
  const attempts = [first]
  while (attempts.length < ATTEMPTS) attempts.push(await ratios(candidates))
  const usual = (work: string) => median(attempts.map((attempt) => attempt[work]!))
  const rounded = Object.fromEntries(Object.keys(first).map((work) => [work, Number(usual(work).toFixed(2))]))
  writeFileSync(RECORDED, `${JSON.stringify(rounded, null, 2)}\n`)
  console.log(
    text(
      Object.entries(rounded).map(([work, ratio]) => [work, String(ratio)]),
      1,
    ),
  )
} else {
  const best = { ...first }
  const recorded = JSON.parse(readFileSync(RECORDED, 'utf8')) as Ratios
  const bound = (work: string) => (recorded[work] ?? 0) * ROOM
  const worse = (work: string) => best[work]! > bound(work)
  for (let i = 1; i < ATTEMPTS && Object.keys(best).some(worse); i++) {
    const again = await ratios(candidates.filter(({ work }) => worse(work)))
    for (const [work, ratio] of Object.entries(again)) best[work] = Math.min(best[work]!, ratio)
  }
  const missing = Object.keys(recorded).filter((work) => best[work] === undefined)
  const rows = Object.entries(best).map(([work, ratio]) => [
    work,
    ratio.toFixed(2),
    (recorded[work] ?? 0).toFixed(2),
    bound(work).toFixed(2),
    worse(work) ? 'WORSE' : 'ok',
  ])
  console.log(text([['work', `x ${BARE}`, 'recorded', 'at most', ''], ...rows], 1))
  for (const work of missing) console.log(`${work}: recorded, and not measured`)
  if (missing.length > 0 || Object.keys(best).some(worse)) {
    console.log(`\nA ratio is more than ${ROOM} times what it was. If that is meant: pnpm bench:check --record`)
    process.exitCode = 1
  }
}
