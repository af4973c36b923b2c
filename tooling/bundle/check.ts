// Bundles what a browser would load and holds it against budget.json (parts of packages that users import alone) and entries.json
// (all of them); no bundle may want a module of Node. `--write`: also writes docs/bundle.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type EntryBudget, entryProblem, weighEntries } from './entries.ts'
import { bundlePage, columns } from './table.ts'
import { weigh } from './weigh.ts'

interface Budget {
  name: string
  /** The source that is bundled. */
  entry: string
  /** Packages that stay outside, so that only our own code is weighed. */
  external: string[]
  /** What the bundle should weigh at most. */
  goalGzipBytes: number
  /** What it may weigh: the goal, or the weight of the day on which the goal was missed and little more. */
  maxGzipBytes: number
}

const here = fileURLToPath(new URL('.', import.meta.url))
const repository = fileURLToPath(new URL('../../', import.meta.url))
const read = (file: string): unknown => JSON.parse(readFileSync(`${here}${file}`, 'utf8'))

const rows = [['', 'bundle', 'minified', 'gzip', 'budget', 'goal']]
for (const { name, entry, external, maxGzipBytes, goalGzipBytes } of read('budget.json') as Budget[]) {
  const { minifiedBytes, gzipBytes, node } = await weigh(entry, here, external)
  const ok = gzipBytes <= maxGzipBytes && node.length === 0
  const why = node.length > 0 ? ` imports ${node.join(', ')}` : ''
  rows.push([
    ok ? 'ok' : 'FAIL',
    name + why,
    ...[minifiedBytes, gzipBytes, maxGzipBytes, goalGzipBytes].map((bytes) => `${bytes} B`),
  ])
  if (!ok) process.exitCode = 1
}
console.log(columns(rows))

const entryBudget = read('entries.json') as EntryBudget
const entries = await weighEntries(repository)
const problems = [
  ...entries.map((entry) => entryProblem(entry, entryBudget)).filter((problem) => problem !== undefined),
  ...Object.keys(entryBudget)
    .filter((name) => entries.every((entry) => entry.name !== name))
    .map((name) => `${name} in entries.json is no entry of a package`),
]
console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'}  ${entries.length} entries of packages, each with its dependencies`)
for (const problem of problems) console.log(`      ${problem}`)
if (problems.length > 0) process.exitCode = 1

if (process.argv.includes('--write')) writeFileSync(`${repository}docs/bundle.md`, bundlePage(entries, entryBudget))
