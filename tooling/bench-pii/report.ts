import { arch, cpus, loadavg, platform, totalmem } from 'node:os'
import type { Measured } from '@waxseal/bench/measure.ts'
import { type Attack, GROWTH_FROM, LENGTHS } from './adversarial.ts'
import type { Peer } from './peers.ts'
import { CLEAN, DECLARED, DOCUMENTS, OURS, PROSE } from './workloads.ts'

/** One line of `--json`. */
export interface Line {
  readonly name: string
  readonly value: number
  readonly unit: 'ratio' | 'MB/s' | 'documents/s' | 'ms'
  /** What the value should be, at least or at most; null where nothing is aimed at. */
  readonly goal: number | null
  /** False where a goal is missed. */
  readonly ok: boolean
}

/** All that one run found. */
export interface Results {
  readonly measured: readonly Measured[]
  readonly attacks: Readonly<Record<'core' | 'everything', readonly Attack[]>>
  readonly peers: readonly Peer[]
  readonly missing: readonly string[]
  /** Where the texts come from. */
  readonly source: string
  readonly rounds: number
}

/** Who is attacked: the ends of the scale. */
const ATTACKED = ['core', 'everything'] as const

/** Prose takes seconds a round with the slow ones. */
export const PROSE_ROUNDS = 3

/** The nine core types over objects, against the fastest peer of the run. */
const GOAL_RATIO = 3
const GOAL_DECLARED = 1_000_000
/** In the order of LENGTHS. */
const GOAL_MILLISECONDS = [20, 300]
const GOAL_GROWTH = 2.3

/** A line, and on which side of its goal a value should be. */
export interface Judged extends Line {
  readonly side: 'at least' | 'at most'
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits))
const atLeast = (name: string, value: number, unit: Line['unit'], goal: number | null): Judged => ({
  ...{ name, value, unit, goal },
  ok: goal === null || value >= goal,
  side: 'at least',
})
const atMost = (name: string, value: number, unit: Line['unit'], goal: number): Judged => ({
  ...{ name, value, unit, goal },
  ok: value <= goal,
  side: 'at most',
})

const full = (text: number): string => text.toLocaleString('en')
const speed = ({ candidate, microseconds }: Measured): number => (candidate.bytes ?? 0) / microseconds
/** How many times the peer's bytes a second; then growth, then what has a unit. */
export function lines({ measured, attacks, peers }: Results): Judged[] {
  const of = (work: string, by: string) => measured.find(({ candidate }) => candidate.work === work && candidate.by === by)
  const fastest = peers
    .flatMap(({ name }) => of(DOCUMENTS, name) ?? [])
    .sort((a, b) => speed(b) - speed(a))
    .at(0)
  const nine = of(DOCUMENTS, `${OURS}, nine types`)
  const best =
    nine && fastest
      ? [
          atLeast(
            `${DOCUMENTS}: ${OURS}, nine types / the fastest peer, ${fastest.candidate.by}`,
            rounded(speed(nine) / speed(fastest), 2),
            'ratio',
            GOAL_RATIO,
          ),
        ]
      : []
  const ratios = [DOCUMENTS, CLEAN, PROSE].flatMap((work) =>
    [`${OURS}, everything`, `${OURS}, everything, as text`].flatMap((by) =>
      peers.flatMap(({ name }) => {
        const [own, other] = [of(work, by), of(work, name)]
        if (!own || !other) return []
        return [atLeast(`${work}: ${by} / ${name}`, rounded(speed(own) / speed(other), 1), 'ratio', null)]
      }),
    ),
  )
  const attacked = ATTACKED.filter((extent) => attacks[extent].length > 0)
  const growth = attacked.map((extent) => {
    const value = Math.max(...attacks[extent].map((attack) => attack.growth))
    const name = `adversarial, ${full(2 * GROWTH_FROM)} characters / ${full(GROWTH_FROM)}, the worst: ${OURS}, ${extent}`
    return atMost(name, rounded(value, 2), 'ratio', GOAL_GROWTH)
  })
  const speeds = measured.flatMap((one) => {
    const { work, by } = one.candidate
    if (work === DECLARED) return []
    return [atLeast(`${work}: ${by}`, rounded(speed(one), 2), 'MB/s', null)]
  })
  const declared = of(DECLARED, OURS)
  const times = LENGTHS.flatMap((length, index) =>
    attacked.map((extent) => {
      const value = Math.max(...attacks[extent].map(({ milliseconds }) => milliseconds[index]!))
      return atMost(
        `adversarial, ${full(length)} characters, the worst: ${OURS}, ${extent}`,
        rounded(value, 1),
        'ms',
        GOAL_MILLISECONDS[index]!,
      )
    }),
  )
  const documents = declared
    ? [atLeast(`${DECLARED}: ${OURS}`, Math.round(1e6 / declared.microseconds), 'documents/s', GOAL_DECLARED)]
    : []
  return [...best, ...ratios, ...growth, ...speeds, ...documents, ...times]
}

type Table = readonly (readonly string[])[]

const bound = ({ goal, side, ok }: Judged): string => (goal === null ? '' : `${side} ${full(goal)}, ${ok ? 'met' : 'MISSED'}`)

/** A row for every line. */
export const table = (all: readonly Judged[]): Table => [
  ['what', 'value', 'goal'],
  ...all.map((line) => [line.name, `${full(line.value)} ${line.unit === 'ratio' ? 'x' : line.unit}`, bound(line)]),
]

/** A row for every candidate of a work: the fast ones first. */
const speeds = ({ measured }: Results): Table => {
  const works = [DOCUMENTS, CLEAN, PROSE]
  const names = [
    ...new Set(measured.filter(({ candidate }) => works.includes(candidate.work)).map(({ candidate }) => candidate.by)),
  ]
  const cell = (work: string, by: string): string => {
    const one = measured.find(({ candidate }) => candidate.work === work && candidate.by === by)
    return one ? speed(one).toPrecision(3) : ''
  }
  return [['MB/s', ...works], ...names.map((by) => [by, ...works.map((work) => cell(work, by))])]
}

/** A row for every adversarial text. */
export const slowest = ({ attacks }: Results): Table => [
  [
    'adversarial, ms',
    ...ATTACKED.flatMap((extent) => [...LENGTHS.map((length) => `${extent}, ${full(length)}`), `${extent}, growth`]),
  ],
  ...attacks.core.map(({ name }, index) => [
    `\`${name.replaceAll('|', '\\|')}\``,
    ...ATTACKED.flatMap((extent) => {
      const { milliseconds, growth } = attacks[extent][index]!
      return [...milliseconds.map((time) => time.toFixed(1)), growth.toFixed(2)]
    }),
  ]),
]

/** For a terminal: the first column to the left, the others to the right. */
export function text(rows: Table): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const aligned = (cell: string, column: number) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))
  return rows.map((row) => row.map(aligned).join('  ').trimEnd()).join('\n')
}

function markdownTable(rows: Table): string {
  const [head, ...body] = rows.map((row) => `| ${row.join(' | ')} |`)
  const rule = rows[0]!.map((_, column) => (column === 0 ? '---' : '---:'))
  return [head, `| ${rule.join(' | ')} |`, ...body].join('\n')
}

/** What the figures were taken on. Names no host and no path. */
const machine = (): string[] => {
  const [cpu, ...others] = cpus()
  const load = loadavg().map((value) => value.toFixed(1))
  return [
    `Node ${process.versions.node} (V8 ${process.versions.v8})`,
    `${platform()} on ${arch()}, ${others.length + 1} logical cores: ${cpu?.model.trim() ?? 'unknown'}`,
    `${Math.round(totalmem() / 1024 ** 3)} GiB of memory`,
    `load average over 1, 5 and 15 minutes at the end of the run: ${load.join(', ')} (the run itself is 1)`,
  ]
}

const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n')

/** What follows this line is written by hand, and kept. */
const BY_HAND = '<!-- What follows is written by hand; `pnpm bench:pii --write` keeps it. -->'

/** The whole of docs/pii-benchmarks.md; `previous` gives what is kept of it. */
export function markdown(results: Results, previous: string): string {
  const at = previous.indexOf(BY_HAND)
  const judged = lines(results).filter(({ goal }) => goal !== null)
  const { peers, missing, rounds, source } = results
  return `# Benchmarks of the PII detector

Written by \`pnpm bench:pii --write\`. Absolute speeds belong to one machine and one hour; ratios within a run travel better. Measure again before you rely on one.

## Method
- ${source} Fifty different documents of about 1 KiB, with and without anything to find, and 1 MiB of prose.
- Candidates take turns inside each round, at least 40 ms each, after a warm-up of at least 250 ms; ${rounds} rounds, ${PROSE_ROUNDS} over prose. A speed is the median over the rounds, a ratio is the quotient of two such medians. One process, one thread, the built package.
- \`${OURS}\` walks the parsed document; \`as text\` it scans the JSON as one string, as all others do. Bytes are those of the JSON for everyone; parsing is not in it. \`core\` is the \`createDetector()\` of \`@waxseal/pii/core\`; \`nine types\` has the sets of secrets and crypto addresses too, and reports the nine core types only; \`everything\` is that of \`@waxseal/pii\`.
- The others are called as their documentation says, with what they do by default. What is asynchronous is awaited document by document. openredaction and @openai/guardrails get the first 64 KiB of the prose: a whole MiB takes them many seconds, and they are faster on less.
- \`${DECLARED}\`: five paths are declared; nothing is looked for by name or value.
- Adversarial texts: each in a thread of its own, the first call of that length, with nothing warmed up but one short line. Growth is the quotient of two medians of five in turn, the least of up to four where it is above 2.15. All through \`detectText\`.
- Finding much costs time: how much each of them finds is not in these figures. The goal for a ratio is set against the fastest of them, whatever it finds.

## Machine
${list(machine())}

## Compared with
${list(peers.map(({ name }) => name))}
${missing.length > 0 ? `\nLeft out:\n${list(missing)}\n` : ''}
## Goals
${markdownTable(table(judged))}

## Speeds
${markdownTable(speeds(results))}

## Adversarial texts
${markdownTable(slowest(results))}

${at < 0 ? `${BY_HAND}\n` : previous.slice(at)}`
}
