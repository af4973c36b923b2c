import { type Cost, find } from '../cost.ts'
import { BARE, BARE_RAW } from '../names.ts'
import { lines } from './lines.ts'

export type Table = readonly (readonly string[])[]

/** A row for each candidate: what it cost, its ratios, and its goal. */
export function figures(all: readonly Cost[]): Table {
  const shown = new Map(lines(all).map((line) => [line.name, line]))
  const rows = all.map(({ work, by }) => {
    const { value = 0, unit = '' } = shown.get(`${work}: ${by}`) ?? {}
    const ratio = shown.get(`${work}: ${by} / ${BARE}`)
    const raw = shown.get(`${work}: ${by} / ${BARE_RAW}`)
    const goal = ratio?.goal ? [`at most ${ratio.goal}`, ratio.ok ? 'yes' : 'NO'] : ['', '']
    return [work, by, `${value} ${unit}`, ratio?.value.toFixed(2) ?? '', raw?.value.toFixed(2) ?? '', ...goal]
  })
  return [['work', 'by', 'cost', `x ${BARE}`, `x ${BARE_RAW}`, 'goal', 'met'], ...rows]
}

/** Works against contenders: how long `bare` takes, and how often that the others take. */
export function matrix(all: readonly Cost[], contenders: readonly string[]): Table {
  const works = [...new Set(all.map(({ work }) => work))].filter((work) => find(all, work, BARE))
  const columns = contenders.filter((by) => all.some((one) => one.by === by))
  return [
    ['work', BARE, ...columns],
    ...works.map((work) => {
      const base = find(all, work, BARE)!
      const ratio = (by: string) => {
        const one = find(all, work, by)
        return one ? significant(one.microseconds / base.microseconds) : ''
      }
      return [work, duration(base.microseconds), ...columns.map(ratio)]
    }),
  ]
}

/** Two digits and more: 0.22, 3.1, 48. */
export const significant = (value: number): string => (value < 10 ? value.toPrecision(2) : value.toFixed(0))

export function duration(microseconds: number): string {
  if (microseconds < 1000) return `${microseconds.toPrecision(3)} µs`
  return `${(microseconds / 1000).toPrecision(3)} ms`
}

/** The goals alone. */
export function goals(all: readonly Cost[]): Table {
  const judged = lines(all).filter(({ goal }) => goal !== null)
  return [
    ['work', 'ratio', 'goal', 'met'],
    ...judged.map(({ name, value, goal, ok }) => [name, value.toFixed(2), `at most ${goal}`, ok ? 'yes' : 'no']),
  ]
}

/** For a terminal; the first `left` columns are words. */
export function text(rows: Table, left = 2): string {
  const width = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column < left ? cell.padEnd(width[column]!) : cell.padStart(width[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** For a document; the first `left` columns are words. */
export function markdownTable(rows: Table, left = 1): string {
  const [head, ...body] = rows.map((row) => `| ${row.join(' | ')} |`)
  const rule = rows[0]!.map((_, column) => (column < left ? '---' : '---:'))
  return [head, `| ${rule.join(' | ')} |`, ...body].join('\n')
}
