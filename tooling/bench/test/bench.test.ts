import { execFileSync, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Cost } from '../cost.ts'
import { measure, median } from '../measure.ts'
import { loadPeers } from '../peers/all.ts'
import { markdown } from '../report/document.ts'
import { frames } from '../report/flame.ts'
import { images } from '../report/images.ts'
import { type Line, lines } from '../report/lines.ts'
import { figures, matrix, text } from '../report/tables.ts'
import type { Results } from '../results.ts'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))
const bench = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' })

const cost = (work: string, by: string, microseconds: number, goal?: number): Cost => ({
  work,
  by,
  ...(goal && { goal }),
  microseconds,
})
const sample = [
  cost('seal 1 KiB', 'bare', 10),
  cost('seal 1 KiB', 'bare, raw key', 20),
  cost('seal 1 KiB', 'waxseal', 17.96, 1.8),
  cost('open 1 KiB', 'bare', 10),
  cost('open 1 KiB', 'waxseal', 30, 2.2),
  cost('a part', 'parse', 1),
]
const results: Results = {
  machine: ['Node'],
  effort: { node: { rounds: 7, turnMs: 40, warmUpMs: 250 }, others: { rounds: 5, turnMs: 20, warmUpMs: 120 } },
  runtimes: [
    { name: 'node', costs: sample, missing: [] },
    { name: 'workerd', costs: sample, missing: ['jose: it does not run'] },
  ],
  kms: [{ scopes: 1, sealing: 2, opening: 3, counted: 100, oneIn: 10_000 }],
  cold: [{ worker: 'an empty worker', milliseconds: 20, bytes: 10, gzipBytes: 8 }],
  allocations: [{ work: 'seal 1 KiB', by: 'waxseal', heapBytes: 1234.5, outsideBytes: 10, objects: 12.3 }],
  flames: [{ name: 'seal 1 KiB', frames: [{ id: 1, parent: null, name: 'profiled', kind: 'waxseal', self: 5 }] }],
}

describe('pnpm bench', () => {
  it('prints one object a line with --json, ratios first', () => {
    const output = execFileSync(process.execPath, [main, '--json', '--quick', '--rounds', '1', '--only', '10 fields'], {
      encoding: 'utf8',
    })
    const printed = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line)
    for (const line of printed) {
      expect(Object.keys(line)).toEqual(['name', 'value', 'unit', 'goal', 'ok'])
      expect(line.value).toBeGreaterThan(0)
      expect(line.ok).toBe(line.goal === null || line.value <= line.goal)
    }
    const own = printed.filter(({ name }) => /: (bare|bare, raw key|waxseal)( \/ |$)/.test(name))
    expect(own.map(({ name, unit, goal }) => [name, unit, goal])).toEqual([
      ['seal 10 fields: waxseal / bare', 'ratio', 0.3],
      ['open 10 fields: waxseal / bare', 'ratio', 0.4],
      ['seal 10 fields: waxseal / bare, raw key', 'ratio', null],
      ['open 10 fields: waxseal / bare, raw key', 'ratio', null],
      ['seal 10 fields: bare', 'µs', null],
      ['seal 10 fields: bare, raw key', 'µs', null],
      ['seal 10 fields: waxseal', 'µs', null],
      ['open 10 fields: bare', 'µs', null],
      ['open 10 fields: bare, raw key', 'µs', null],
      ['open 10 fields: waxseal', 'µs', null],
    ])
  })

  it.each([['--rounds', '0'], ['--write'], ['--fast'], ['--only', 'nothing is called so']])('refuses %s %s', (...args) => {
    const { status, stdout, stderr } = bench(...args)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).not.toBe('')
  })
})

describe('peers', () => {
  it('all run on Node, and open what they sealed', async () => {
    const { peers, missing } = await loadPeers(new Uint8Array(32).fill(7))
    expect(missing).toEqual([])
    const value = { name: 'Zoë', tags: ['a', 1, null] }
    for (const { by, seal, open } of peers) {
      const sealed = await seal(value)
      expect([by, typeof sealed]).toEqual([by, 'string'])
      expect(String(sealed)).not.toContain('Zo')
      expect(await open(sealed as never)).toEqual(value)
    }
  })
})

describe('measuring', () => {
  it('lets candidates take turns, and waits for promises', async () => {
    const order: string[] = []
    const candidate = (by: string, run: () => unknown) => ({ work: 'w', by, run })
    const spin = (by: string) => () => {
      if (order.at(-1) !== by) order.push(by)
      const end = performance.now() + 0.2
      while (performance.now() < end);
    }
    const measured = await measure([candidate('a', spin('a')), candidate('b', async () => spin('b')())], {
      rounds: 3,
      turnMs: 1,
      warmUpMs: 1,
    })
    expect(order).toEqual(['a', 'b', 'a', 'b', 'a', 'b', 'a', 'b'])
    for (const { microseconds } of measured) expect(microseconds).toBeGreaterThanOrEqual(200)
  })

  it('takes the median', () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5])
  })
})

describe('a flame graph', () => {
  const call = (id: number, functionName: string, url: string, children: number[]) => ({
    id,
    callFrame: { functionName, url, scriptId: '1', lineNumber: 0, columnNumber: 0 },
    children,
  })

  it('adds equal stacks up below the root', () => {
    const nodes = [
      call(1, '(root)', '', [2]),
      call(2, 'profiled', 'file:///bench.ts', [3, 4]),
      call(3, 'seal', 'file:///core/dist/index.js', [5]),
      call(4, 'seal', 'file:///core/dist/index.js', []),
      call(5, 'hash', 'node:internal/crypto/hash', [6]),
      call(6, 'oneShotDigest', '', []),
    ]
    const profile = { nodes, startTime: 0, endTime: 10, samples: [3, 4, 6, 1], timeDeltas: [1, 2, 4, 8] }
    expect(frames(profile, 'profiled')).toEqual([
      { id: 1, parent: null, name: 'profiled', kind: 'the rest of the runtime', self: 0 },
      { id: 2, parent: 1, name: 'seal', kind: 'waxseal', self: 3 },
      { id: 3, parent: 2, name: 'hash', kind: 'node:crypto', self: 0 },
      { id: 4, parent: 3, name: 'oneShotDigest', kind: 'node:crypto', self: 4 },
    ])
  })
})

describe('a report', () => {
  it('judges the ratio to bare, and nothing else', () => {
    expect(lines(sample).slice(0, 3)).toEqual([
      { name: 'seal 1 KiB: waxseal / bare', value: 1.8, unit: 'ratio', goal: 1.8, ok: true },
      { name: 'open 1 KiB: waxseal / bare', value: 3, unit: 'ratio', goal: 2.2, ok: false },
      { name: 'seal 1 KiB: waxseal / bare, raw key', value: 0.9, unit: 'ratio', goal: null, ok: true },
    ])
  })

  it('shows every candidate in a table, and ratios by contender', () => {
    expect(text(figures(sample)).split('\n')[5]).toBe(
      'open 1 KiB  waxseal           30 µs    3.00                   at most 2.2   NO',
    )
    expect(matrix(sample, ['waxseal', 'jose'])).toEqual([
      ['work', 'bare', 'waxseal'],
      ['seal 1 KiB', '10.0 µs', '1.8'],
      ['open 1 KiB', '10.0 µs', '3.0'],
    ])
  })

  it('writes a document that names no path, and keeps what was added by hand', () => {
    const written = markdown(results, '')
    expect(written).toContain('| open 1 KiB: waxseal / bare | 3.00 | at most 2.2 | no |')
    expect(written).toContain('- jose: it does not run')
    expect(written).not.toContain(fileURLToPath(new URL('../../../', import.meta.url)))
    const again = markdown(results, `${written}\n## Why\nBecause.\n`)
    expect(again.slice(again.indexOf('<!--'))).toBe(`${written.slice(written.indexOf('<!--'))}\n## Why\nBecause.\n`)
  })

  it('draws every picture that the document shows, light and dark', async () => {
    const drawn = await images(results)
    for (const [, name] of markdown(results, '').matchAll(/images\/(bench-[a-z-]+\.svg)/g))
      if (!name!.includes('flame-open')) expect(drawn.get(name!)).toMatch(/^<svg /)
  })
})
