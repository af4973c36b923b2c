import { execFileSync } from 'node:child_process'
import { runtimes } from '@waxseal/runtimes'
import { chromiumMissing, chromiumProgram, chromiumUninstallable, installChromium } from '../services/chromium.ts'
import type { Host } from './bundle.ts'
import { runInChromium } from './chromium.ts'
import { runInWorkerd, runScript } from './hosts.ts'
import type { Report } from './mini-vitest.ts'

/** One module of a run, for one runtime: its code, and the file and folder that hold it where the runtime reads files. */
export interface Cell {
  readonly name: string
  readonly code: string
  readonly file: string
  readonly folder: string
}

/** Takes the report of a cell as soon as it is there. */
export type Reported = (cell: Cell, report: Report) => void

/** A runtime and how modules run there. */
export interface Target {
  readonly name: string
  readonly host: Host
  /** The major version of Node that `engines` are held against. */
  readonly node?: number
  /** Rejects where the runtime is not there and cannot be had, with the sentence that says so. */
  readonly program: () => Promise<string>
  readonly version: (program: string) => string
  readonly run: (program: string, cells: readonly Cell[], reported: Reported) => Promise<void>
}

const failed = (name: string, error: unknown): Report => ({
  passed: 0,
  failed: 1,
  skipped: 0,
  failures: [{ name, error: String(error) }],
})

const oneByOne =
  (run: (program: string, cell: Cell) => Promise<Report>): Target['run'] =>
  async (program, cells, reported) => {
    for (const cell of cells) reported(cell, await run(program, cell).catch((error: unknown) => failed(cell.name, error)))
  }

const installed = (name: string, path: string | undefined) => async () => {
  if (path === undefined) throw new Error(`${name} is not installed: npm has no such package for this machine, or left it out`)
  return path
}

const printed = (program: string, ...args: string[]): string =>
  /\d+\.\d+[\d.]*/.exec(execFileSync(program, args, { encoding: 'utf8' }))?.[0] ?? 'unknown'

const script = (name: string, path: string | undefined, args: readonly string[] = []): Target => ({
  name,
  host: 'node',
  program: installed(name, path),
  version: (program) => printed(program, '--version'),
  run: oneByOne((program, { file, folder }) => runScript(program, [...args, file], folder)),
})

const pages: Target['run'] = async (program, cells, reported) => {
  const open = new Set(cells)
  const page = (cell: Cell) => ({
    code: cell.code,
    reported: (body: string) => {
      open.delete(cell)
      reported(cell, JSON.parse(body) as Report)
    },
  })
  try {
    await runInChromium(program, cells.map(page))
  } catch (error) {
    for (const cell of open) reported(cell, failed(cell.name, error))
  }
}

const chromium = async (): Promise<string> => {
  const reason = chromiumMissing() && chromiumUninstallable()
  if (reason) throw new Error(reason)
  return chromiumProgram() ?? installChromium()
}

/** Every runtime of the matrix; the slowest begin. */
export const targets: readonly Target[] = [
  { name: 'Chromium', host: 'browser', program: chromium, version: (program) => printed(program, '--version'), run: pages },
  {
    name: 'workerd',
    host: 'workerd',
    program: installed('workerd', runtimes.workerd),
    version: (program) => execFileSync(program, ['--version'], { encoding: 'utf8' }).replace('workerd', '').trim(),
    run: oneByOne((program, { code }) => runInWorkerd(program, code)),
  },
  { ...script('Node 20', runtimes.node20), node: 20 },
  { ...script('Node 22', runtimes.node22), node: 22 },
  { ...script('Node 24', process.execPath), node: 24 },
  script('Bun', runtimes.bun),
  script('Deno', runtimes.deno, ['run', '-A', '--no-lock', '--quiet']),
]
