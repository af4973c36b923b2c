// Every published library on every runtime: its test suite, its built files, the bytes that it seals, and what it refuses there.
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, freemem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleComparison, bundleProbe, bundleTests, type Host, OUT } from './bundle.ts'
import type { Report } from './mini-vitest.ts'
import { disagreements, type Matrix, page } from './page.ts'
import type { Probed } from './probe.ts'
import { type Row, rowsOf } from './rows.ts'
import { type Cell, type Target, targets } from './targets.ts'

const repository = fileURLToPath(new URL('../../', import.meta.url))
const document = join(repository, 'docs/runtimes.md')
const MEMORY_OF_A_RUNTIME = 3 * 2 ** 30

const ORDER = ['Node 20', 'Node 22', 'Node 24', 'Bun', 'Deno', 'workerd', 'Chromium']

const write = process.argv.includes('--write')
const refuseSkips = process.env.WAXSEAL_SKIPS === 'refuse'
// `run.ts NAME...`: these packages, these runtimes alone.
const asked = process.argv.slice(2).filter((argument) => argument !== '--write')
const askedTargets = targets.filter(({ name }) => asked.includes(name.toLowerCase().replace(' ', '')))
const chosen = askedTargets.length > 0 ? askedTargets : targets

const matrix: Matrix = { runtimes: [], results: new Map(), answers: new Map(), left: new Map() }
const total = { passed: 0, failed: 0, skipped: 0 }

const line = (mark: string, target: string, what: string, text: string): void =>
  console.log(`${mark.padEnd(4)} ${target.padEnd(9)} ${what.padEnd(24)} ${text}`)

const all = await rowsOf()
const named = all.filter(({ name }) => asked.includes(name))
const rows = named.length > 0 ? named : all
if (asked.length > named.length + askedTargets.length) throw new Error(`no package or runtime of that name: ${asked.join(' ')}`)

const bundled = new Map<string, Promise<string>>()
const codeOf = (row: Row, host: Host): Promise<string> => {
  const key = `${row.name} ${host}`
  const code =
    bundled.get(key) ??
    bundleTests(row.folder, row.files, host).then(({ code, left }) => {
      matrix.left.set(key, left)
      return code
    })
  bundled.set(key, code)
  return code
}

const cellsOf = async (target: Target): Promise<Cell[]> => {
  const cells: Cell[] = []
  const add = (name: string, code: string, folder: string): void => {
    const file = join(folder, `${name.replaceAll(' ', '-')}.mjs`)
    if (target.host === 'node') {
      mkdirSync(folder, { recursive: true })
      writeFileSync(file, code)
    }
    cells.push({ name, code, file, folder: repository })
  }
  for (const row of rows) {
    const refusal = row.refusal(target)
    if (refusal === undefined) add(row.name, await codeOf(row, target.host), join(row.folder, OUT))
    else {
      matrix.results.set(`${row.name} ${target.name}`, { refusal })
      line('-', target.name, row.name, refusal)
    }
  }
  const here = join(repository, 'tooling/conformance-run', OUT)
  add('same bytes', await bundleComparison(target.host), here)
  add('what is refused', await bundleProbe(target.host), here)
  return cells
}

const take = (target: Target, cell: Cell, result: Report, startedAtMs: number): void => {
  // A module that finds no test proves nothing.
  const failed = result.passed === 0 && result.failed === 0 ? 1 : result.failed
  total.passed += result.passed
  total.failed += failed
  total.skipped += result.skipped
  matrix.results.set(`${cell.name} ${target.name}`, { ...result, failed })
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1)
  const counts = `${result.passed} passed, ${failed} failed, ${result.skipped} skipped`
  line(failed === 0 ? 'ok' : 'FAIL', target.name, cell.name, `${counts} (${seconds} s)`)
  for (const failure of result.failures) console.log(`     ${failure.name}\n${failure.error}`)
}

const runOn = async (target: Target): Promise<void> => {
  const beganAtMs = performance.now()
  let program: string
  try {
    program = await target.program()
  } catch (error) {
    total[refuseSkips ? 'failed' : 'skipped']++
    return line(refuseSkips ? 'FAIL' : 'skip', target.name, '', (error as Error).message)
  }
  const cells = await cellsOf(target)
  let startedAtMs = performance.now()
  await target.run(program, cells, (cell, report) => {
    take(target, cell, report, startedAtMs)
    startedAtMs = performance.now()
    if (cell.name === 'what is refused') matrix.answers.set(target.name, (report as Probed).answers ?? {})
  })
  const seconds = (performance.now() - beganAtMs) / 1000
  matrix.runtimes.push({ name: target.name, host: target.host, version: target.version(program), seconds })
  line('done', target.name, '', `${seconds.toFixed(1)} s`)
}

const startedAtMs = performance.now()
const waiting = [...chosen]
const runWaiting = async (): Promise<void> => {
  for (let target = waiting.shift(); target; target = waiting.shift()) await runOn(target)
}
try {
  const two = availableParallelism() > 1 && freemem() > 2 * MEMORY_OF_A_RUNTIME
  await Promise.all(two ? [runWaiting(), runWaiting()] : [runWaiting()])
} finally {
  for (const folder of globSync(`{packages,tooling}/*/${OUT}`, { cwd: repository }))
    rmSync(join(repository, folder), { recursive: true })
}
matrix.runtimes.sort((a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name))

const whole = asked.length === 0 && matrix.runtimes.length === targets.length
if (write) {
  if (!whole || total.failed > 0) throw new Error('docs/runtimes.md is written of a whole run without failures alone')
  writeFileSync(document, page(matrix, (performance.now() - startedAtMs) / 1000))
  console.log('docs/runtimes.md was written')
} else {
  const wrong = disagreements(existsSync(document) ? readFileSync(document, 'utf8') : '', matrix)
  for (const sentence of wrong) console.log(`FAIL ${sentence}`)
  if (wrong.length > 0) console.log('If that is meant: pnpm test:runtimes --write')
  total[wrong.length > 0 ? 'failed' : 'passed']++
}
console.log(`In all ${((performance.now() - startedAtMs) / 1000).toFixed(0)} s`)
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed > 0 ? 1 : 0
