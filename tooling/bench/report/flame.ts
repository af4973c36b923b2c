import type { Profiler } from 'node:inspector'
import type { Spec } from 'vega'
import { type Theme, vegaSvg } from './theme.ts'

/** Ours, the cryptography of the runtime with what it calls inside, or everything else. */
type Kind = 'waxseal' | 'node:crypto' | 'the rest of the runtime'

export interface Frame {
  readonly id: number
  readonly parent: number | null
  readonly name: string
  readonly kind: Kind
  /** Sampled in the frame itself, in microseconds. */
  self: number
}

const WIDTH = 960
const ROW = 20
/** Frames below this share of the whole are left out. */
const SMALLEST = 0.004

/** The calls of a CPU profile below the function called `root`, equal stacks as one. */
export function frames({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile, root: string): Frame[] {
  const self = new Map<number, number>()
  samples.forEach((id, i) => {
    self.set(id, (self.get(id) ?? 0) + timeDeltas[i]!)
  })
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const merged: Frame[] = []
  const children = new Map<string, Frame>()
  const visit = (id: number, parent: Frame | undefined): void => {
    const { callFrame, children: below = [] } = byId.get(id)!
    const inside = parent !== undefined || callFrame.functionName === root
    let frame = parent
    if (inside) {
      const name = callFrame.functionName || '(anonymous)'
      const key = `${parent?.id ?? 0} ${name} ${callFrame.url}`
      frame = children.get(key)
      if (!frame) {
        const kind = callFrame.url === '' && parent ? runtimeKind(parent.kind) : kindOf(callFrame.url)
        frame = { id: merged.length + 1, parent: parent?.id ?? null, name, kind, self: 0 }
        children.set(key, frame)
        merged.push(frame)
      }
      frame.self += self.get(id) ?? 0
    }
    for (const child of below) visit(child, frame)
  }
  if (nodes[0]) visit(nodes[0].id, undefined)
  return merged
}

function kindOf(url: string): Kind {
  if (url.includes('/core/dist/')) return 'waxseal'
  return url.startsWith('node:internal/crypto') ? 'node:crypto' : 'the rest of the runtime'
}

const runtimeKind = (caller: Kind): Kind => (caller === 'node:crypto' ? caller : 'the rest of the runtime')

/** A flame graph, callers above what they call, as wide as they took. */
export function flameSvg(all: readonly Frame[], title: string, theme: Theme): Promise<string> {
  const kinds: Kind[] = ['waxseal', 'node:crypto', 'the rest of the runtime']
  const spec: Spec = {
    width: WIDTH,
    height: ROW * depth(all),
    padding: 16,
    background: theme.background,
    title: { text: title, anchor: 'start', color: theme.text, fontSize: 15, offset: 12, font: 'system-ui, sans-serif' },
    data: [
      {
        name: 'frames',
        values: [...all],
        transform: [
          { type: 'stratify', key: 'id', parentKey: 'parent' },
          { type: 'partition', field: 'self', size: [{ signal: 'width' }, { signal: 'height' }], sort: { field: 'name' } },
          { type: 'filter', expr: `datum.x1 - datum.x0 > width * ${SMALLEST}` },
        ],
      },
    ],
    scales: [{ name: 'colour', type: 'ordinal', domain: kinds, range: [theme.accent, theme.others[1]!, theme.others[0]!] }],
    legends: [
      {
        fill: 'colour',
        orient: 'bottom',
        direction: 'horizontal',
        labelColor: theme.text,
        labelFontSize: 12,
        symbolType: 'square',
      },
    ],
    marks: [
      {
        type: 'rect',
        from: { data: 'frames' },
        encode: {
          enter: {
            x: { field: 'x0' },
            x2: { field: 'x1' },
            y: { field: 'y0' },
            y2: { field: 'y1' },
            fill: { scale: 'colour', field: 'kind' },
            fillOpacity: { value: theme.name === 'dark' ? 0.45 : 0.3 },
            stroke: { value: theme.background },
          },
        },
      },
      {
        type: 'text',
        from: { data: 'frames' },
        encode: {
          enter: {
            x: { field: 'x0', offset: 4 },
            y: { signal: '(datum.y0 + datum.y1) / 2' },
            baseline: { value: 'middle' },
            text: {
              signal: `datum.x1 - datum.x0 < 24 ? '' : datum.x1 - datum.x0 < 90 ? datum.name : datum.name + ' ' + format((datum.x1 - datum.x0) / width, '.0%')`,
            },
            limit: { signal: 'datum.x1 - datum.x0 - 6' },
            fill: { value: theme.text },
            font: { value: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace' },
            fontSize: { value: 11 },
          },
        },
      },
    ],
  }
  return vegaSvg(spec)
}

function depth(all: readonly Frame[]): number {
  const levels = new Map<number, number>()
  for (const { id, parent } of all) levels.set(id, parent === null ? 1 : levels.get(parent)! + 1)
  return Math.max(1, ...levels.values())
}
