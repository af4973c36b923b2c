import { parse, type Spec as VegaSpec, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'

export interface Theme {
  readonly name: 'light' | 'dark'
  readonly background: string
  readonly text: string
  readonly grid: string
  /** Waxseal's own colour. */
  readonly accent: string
  /** What it is compared with. */
  readonly others: readonly string[]
}

export const THEMES: readonly Theme[] = [
  {
    name: 'light',
    background: '#ffffff',
    text: '#1f2328',
    grid: '#d8dee4',
    accent: '#c2410c',
    others: ['#57606a', '#0969da', '#1a7f37', '#8250df', '#9a6700', '#0e7490', '#bf3989', '#4f7d00'],
  },
  {
    name: 'dark',
    background: '#0d1117',
    text: '#e6edf3',
    grid: '#30363d',
    accent: '#fb923c',
    others: ['#9ba3ad', '#58a6ff', '#56d364', '#bc8cff', '#e3b341', '#39c5cf', '#f778ba', '#a5d601'],
  },
]

const FONT = 'system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif'

const config = ({ background, text, grid }: Theme): TopLevelSpec['config'] => ({
  background,
  font: FONT,
  title: { color: text, subtitleColor: text, fontSize: 15, subtitleFontSize: 12, anchor: 'start', offset: 12 },
  axis: {
    labelColor: text,
    titleColor: text,
    gridColor: grid,
    domainColor: grid,
    tickColor: grid,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    // Without a canvas the width of a text is a guess, and far too large.
    labelLimit: 400,
    labelOverlap: false,
  },
  header: { labelColor: text, titleColor: text, labelFontSize: 13, labelFontWeight: 'bold' },
  legend: { labelColor: text, titleColor: text, labelFontSize: 12, symbolStrokeWidth: 3, labelLimit: 400 },
  view: { stroke: null },
  text: { color: text, font: FONT },
})

/** A chart as the text of an SVG file. */
export const chartSvg = (spec: TopLevelSpec, theme: Theme): Promise<string> =>
  vegaSvg(compile({ ...spec, padding: 16, config: { ...config(theme), ...spec.config } } as TopLevelSpec).spec)

export async function vegaSvg(spec: VegaSpec): Promise<string> {
  const view = new View(parse(spec), { renderer: 'none' })
  try {
    return `${await view.toSVG()}\n`
  } finally {
    view.finalize()
  }
}
