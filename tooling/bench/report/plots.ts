import type { TopLevelSpec } from 'vega-lite'
import { type Cost, find } from '../cost.ts'
import { BARE, OURS } from '../names.ts'
import { chartSvg, type Theme } from './theme.ts'

/** By size of the JSON, in bytes. */
const SIZES: Readonly<Record<string, number>> = {
  '32 B': 32,
  '1 KiB': 1024,
  '64 KiB': 65_536,
  '1 MiB': 1_048_576,
  '10 MiB': 10_485_760,
}

interface Point {
  readonly direction: string
  readonly what: string
  readonly by: string
  readonly bytes: number
  readonly ratio: number
}

/** The ratio to `bare` of every contender that is asked for. */
function points(all: readonly Cost[], contenders: readonly string[]): Point[] {
  return all.flatMap(({ work, by, microseconds }) => {
    const base = find(all, work, BARE)
    const [direction = '', ...rest] = work.split(' ')
    const what = rest.join(' ')
    if (!base || !contenders.includes(by)) return []
    return [{ direction, what, by, bytes: SIZES[what] ?? 0, ratio: microseconds / base.microseconds }]
  })
}

/** Colours in the order of the names: the first has Waxseal's own. */
const colours = (names: readonly string[], { accent, others }: Theme) => ({
  domain: [...names],
  range: [accent, ...others].slice(0, names.length),
})

const RATIO = 'times bare (log scale)'
const sizeLabels = `{${Object.entries(SIZES)
  .map(([label, bytes]) => `'${bytes}': '${label}'`)
  .join(', ')}}[datum.value]`

/** Ratio against size, a line for each of `by`, both directions beside each other. */
function bySize(values: readonly Point[], names: readonly string[], theme: Theme, title: string): Promise<string> {
  const thick = { condition: { test: `datum.by === '${OURS}'`, value: 3.5 }, value: 1.6 }
  return chartSvg(
    {
      title: { text: title, subtitle: 'time of node:crypto AES-256-GCM + JSON + base64url = 1; lower is faster' },
      data: { values: values.filter(({ bytes }) => bytes > 0) },
      facet: { column: { field: 'direction', sort: ['seal', 'open'], title: null } },
      spec: {
        width: 330,
        height: 300,
        layer: [
          { mark: { type: 'rule', color: theme.text, strokeDash: [4, 4] }, encoding: { y: { datum: 1 } } },
          {
            mark: { type: 'line', point: { filled: true, size: 40 }, interpolate: 'monotone' },
            encoding: {
              x: {
                field: 'bytes',
                type: 'quantitative',
                scale: { type: 'log' },
                axis: { title: 'JSON of the value', values: Object.values(SIZES), labelExpr: sizeLabels, grid: false },
              },
              y: { field: 'ratio', type: 'quantitative', scale: { type: 'log' }, axis: { title: RATIO, ...TICKS } },
              color: { field: 'by', type: 'nominal', scale: colours(names, theme), legend: { title: null, orient: 'right' } },
              strokeWidth: thick,
            },
          },
        ],
      },
    } as TopLevelSpec,
    theme,
  )
}

const TICKS = { values: [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000], format: '~g' }

export const plotSizes = (all: readonly Cost[], contenders: readonly string[], theme: Theme): Promise<string> =>
  bySize(points(all, contenders), contenders, theme, 'Seal and open one value on Node')

/** Waxseal alone, a line for each runtime. */
export function plotRuntimes(runtimes: readonly { name: string; costs: readonly Cost[] }[], theme: Theme): Promise<string> {
  const values = runtimes.flatMap(({ name, costs }) => points(costs, [OURS]).map((point) => ({ ...point, by: name })))
  const title = 'Waxseal on four runtimes, each against its own bare'
  return bySize(
    values,
    runtimes.map(({ name }) => name),
    theme,
    title,
  )
}

/** Documents and batches: a row for each contender, a panel for each work. */
export function plotMany(all: readonly Cost[], contenders: readonly string[], theme: Theme): Promise<string> {
  const values = points(all, contenders)
    .filter(({ what }) => what in SIZES === false && !what.includes('stream'))
    .map((point) => ({
      ...point,
      label: point.ratio < 10 ? point.ratio.toPrecision(2) : point.ratio.toFixed(0),
      panel: `${point.direction} ${point.what}`,
    }))
  const y = { field: 'by', type: 'nominal', sort: [...contenders], axis: { title: null, ticks: false, domain: false } } as const
  const axis = { title: RATIO, ...TICKS, values: [0.1, 1, 10, 100, 1000] }
  const x = { field: 'ratio', type: 'quantitative', scale: { type: 'log' }, axis } as const
  const color = {
    condition: { test: `datum.by === '${OURS}'`, value: theme.accent },
    value: theme.others[0]!,
  }
  return chartSvg(
    {
      title: {
        text: 'Ten fields of a document, a hundred values',
        subtitle: 'time of bare for the same work = 1; lower is faster',
      },
      data: { values },
      facet: { field: 'panel', title: null, sort: [...new Set(values.map(({ panel }) => panel))] },
      columns: 2,
      spec: {
        width: 300,
        height: { step: 24 },
        layer: [
          { mark: { type: 'rule', color: theme.text, strokeDash: [4, 4] }, encoding: { x: { datum: 1 } } },
          { mark: { type: 'rule', strokeWidth: 2 }, encoding: { y, x, x2: { datum: 1 }, color } },
          { mark: { type: 'point', filled: true, size: 90, opacity: 1 }, encoding: { y, x, color } },
          {
            mark: { type: 'text', align: 'left', dx: 9, fontSize: 12 },
            encoding: { y, x, text: { field: 'label', type: 'nominal' } },
          },
        ],
      },
    } as TopLevelSpec,
    theme,
  )
}
