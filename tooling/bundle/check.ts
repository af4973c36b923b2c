// Bundles what a browser would load and holds it against budget.json; no bundle may want a module of Node.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

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
const budgets = JSON.parse(readFileSync(`${here}budget.json`, 'utf8')) as Budget[]

const weigh = async ({ entry, external }: Budget) => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: entry, resolveDir: here },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions: ['browser', 'import'],
    // Left outside so that the check below names it, instead of an error of the bundler.
    external: [...external, 'node:*'],
    metafile: true,
    write: false,
    logLevel: 'silent',
  })
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path))
  const code = outputFiles[0]?.contents ?? new Uint8Array()
  return {
    minifiedBytes: code.length,
    gzipBytes: gzipSync(code, { level: 9 }).length,
    node: imports.filter((path) => path.startsWith('node:')),
  }
}

const rows = [['', 'bundle', 'minified', 'gzip', 'budget', 'goal']]
for (const budget of budgets) {
  const { minifiedBytes, gzipBytes, node } = await weigh(budget)
  const ok = gzipBytes <= budget.maxGzipBytes && node.length === 0
  const why = node.length > 0 ? ` imports ${node.join(', ')}` : ''
  rows.push([
    ok ? 'ok' : 'FAIL',
    budget.name + why,
    `${minifiedBytes} B`,
    `${gzipBytes} B`,
    `${budget.maxGzipBytes} B`,
    `${budget.goalGzipBytes} B`,
  ])
  if (!ok) process.exitCode = 1
}
const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
for (const row of rows) {
  console.log(
    row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '),
  )
}
