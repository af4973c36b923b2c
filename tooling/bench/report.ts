import { arch, cpus, loadavg, platform, totalmem } from 'node:os'
import type { Measured } from './measure.ts'
import { BARE, BARE_RAW, OURS } from './workloads.ts'

/** One line of `--json`. */
export interface Line {
  readonly name: string
  readonly value: number
  readonly unit: 'ratio' | 'µs' | 'MiB/s'
  /** What the value should at most be, null where nothing is aimed at. */
  readonly goal: number | null
  /** False where a goal is missed. */
  readonly ok: boolean
}

const MIB = 1024 * 1024

const find = (all: readonly Measured[], work: string, by: string) =>
  all.find(({ candidate }) => candidate.work === work && candidate.by === by)
const isBaseline = ({ candidate }: Measured) => candidate.by === BARE || candidate.by === BARE_RAW
const rounded = (value: number, digits: number) => Number(value.toFixed(digits))

/** Ratios to `bare` on the same work first, then ratios to the raw key, then times and throughputs. */
export function lines(all: readonly Measured[]): Line[] {
  const ratios = [BARE, BARE_RAW].flatMap((against) =>
    all.flatMap((one): Line[] => {
      const { work, by, goal = null } = one.candidate
      const base = find(all, work, against)
      if (!base || isBaseline(one)) return []
      const value = rounded(one.microseconds / base.microseconds, 2)
      const aim = against === BARE ? goal : null
      return [{ name: `${work}: ${by} / ${against}`, value, unit: 'ratio', goal: aim, ok: aim === null || value <= aim }]
    }),
  )
  const times = all.map(({ candidate: { work, by, bytes }, microseconds }): Line => {
    const [value, unit] = bytes
      ? ([rounded(bytes / MIB / (microseconds / 1e6), 0), 'MiB/s'] as const)
      : ([rounded(microseconds, 2), 'µs'] as const)
    return { name: `${work}: ${by}`, value, unit, goal: null, ok: true }
  })
  return [...ratios, ...times]
}

type Table = readonly (readonly string[])[]

/** A row for each candidate: what it cost, its ratios, and its goal. */
export function table(all: readonly Measured[]): Table {
  const shown = new Map(lines(all).map((line) => [line.name, line]))
  const rows = all.map((one) => {
    const { work, by } = one.candidate
    const { value = 0, unit = '' } = shown.get(`${work}: ${by}`) ?? {}
    const ratio = shown.get(`${work}: ${by} / ${BARE}`)
    const raw = shown.get(`${work}: ${by} / ${BARE_RAW}`)
    const goal = ratio?.goal ? [`at most ${ratio.goal}`, ratio.ok ? 'yes' : 'NO'] : ['', '']
    return [work, by, `${value} ${unit}`, ratio?.value.toFixed(2) ?? '', raw?.value.toFixed(2) ?? '', ...goal]
  })
  return [['work', 'by', 'cost', `x ${BARE}`, `x ${BARE_RAW}`, 'goal', 'met'], ...rows]
}

const widths = (rows: Table) => rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
const NUMBERS = 2

/** For a terminal. */
export function text(rows: Table): string {
  const width = widths(rows)
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column < NUMBERS ? cell.padEnd(width[column]!) : cell.padStart(width[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function markdownTable(rows: Table): string {
  const [head, ...body] = rows.map((row) => `| ${row.join(' | ')} |`)
  const rule = rows[0]!.map((_, column) => (column < NUMBERS ? '---' : '---:'))
  return [head, `| ${rule.join(' | ')} |`, ...body].join('\n')
}

const goals = (all: readonly Measured[]): Table => {
  const judged = lines(all).filter(({ goal }) => goal !== null)
  return [
    ['work', 'ratio', 'goal', 'met'],
    ...judged.map(({ name, value, goal, ok }) => [name, value.toFixed(2), `at most ${goal}`, ok ? 'yes' : 'no']),
  ]
}

/** What the figures were taken on. Names no host and no path. */
const machine = () => {
  const [cpu, ...others] = cpus()
  const load = loadavg().map((value) => value.toFixed(1))
  return [
    `Node ${process.versions.node} (V8 ${process.versions.v8}, OpenSSL ${process.versions.openssl})`,
    `${platform()} on ${arch()}, ${others.length + 1} logical cores: ${cpu?.model.trim() ?? 'unknown'}`,
    `${Math.round(totalmem() / 1024 ** 3)} GiB of memory`,
    `load average over 1, 5 and 15 minutes at the end of the run: ${load.join(', ')} (the run itself is 1)`,
  ]
}

/** What follows this line is written by hand, and kept. */
const BY_HAND = '<!-- What follows is written by hand; `pnpm bench --write` keeps it. -->'

/** The whole of docs/benchmarks.md; `previous` gives what is kept of it. */
export function markdown(all: readonly Measured[], rounds: number, previous: string): string {
  const at = previous.indexOf(BY_HAND)
  return `# Benchmarks

Written by \`pnpm bench --write\`. Absolute times belong to one machine and one hour; ratios within a run travel better. Measure again before you rely on one.

## Method
- Candidates take turns inside each round, at least 40 ms each, after a warm-up of at least 250 ms each; ${rounds} rounds. Before each turn garbage is collected and the candidate runs untimed for 10 ms, so that none pays for what the one before it left behind. A cost is the median over the rounds, a ratio is the quotient of two such medians. Every round trip was checked before anything was timed.
- One process, one thread, the built package, keys at hand. What is asynchronous is awaited call by call; what is synchronous is not.
- \`${BARE}\` is the least that could be called encryption of the same work: node:crypto AES-256-GCM with a \`KeyObject\`, twelve random bytes per call, \`JSON.stringify\` or \`JSON.parse\`, base64url. No key id, no context, no commitment, no checks. The goals are judged against it.
- \`${BARE_RAW}\` is the same with the key as bytes, as most samples have it; on some versions of Node that costs far more. It is here for information.
- The JSON of a value is an invoice with nested lines, of exactly 1024 or 65536 bytes. The ten fields are strings and a number, at the root and one level below, of a document with other members; \`${OURS}\` seals them as one bundle, \`${BARE}\` one by one into a copy of the document.
- A stream is 10 MiB in chunks of 64 KiB through the runtime's web streams; its \`${BARE}\` is a loop over the same chunks.
- \`wrapped key\`: the data key travels in the envelope, and its unwrapped form is cached. \`a part\`: what belongs to every call, on its own.

## Machine
${machine()
  .map((fact) => `- ${fact}`)
  .join('\n')}

## Goals
${markdownTable(goals(all))}

## All figures
${markdownTable(table(all))}

## Where the time goes
One candidate on its own, for long enough to be sampled (names are those of the table):

\`\`\`sh
node --cpu-prof --cpu-prof-dir=.out tooling/bench/main.ts --only 'seal 1 KiB: ${OURS}' --exact --rounds 75
\`\`\`

Open the \`.cpuprofile\` in the developer tools of a browser or an editor. \`pnpm exec node\` is the pinned Node; \`pnpm build\` comes first. Other options: \`--json\` (one object a line), \`--only TEXT\` (candidates whose name holds the text), \`--rounds N\`.

${at < 0 ? `${BY_HAND}\n` : previous.slice(at)}`
}
