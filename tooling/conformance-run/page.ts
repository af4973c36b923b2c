import type { Bundle, Host } from './bundle.ts'
import type { Report } from './mini-vitest.ts'
import type { Answers } from './probe.ts'

/** What a package came to on a runtime: its tests, or why it cannot run there. */
export type Result = Report | { readonly refusal: string }

/** What a run came to. Keys of `results` and `left` are `<package> <runtime>` and `<package> <host>`. */
export interface Matrix {
  readonly runtimes: { readonly name: string; readonly host: Host; readonly version: string; readonly seconds: number }[]
  readonly results: Map<string, Result>
  readonly answers: Map<string, Answers>
  readonly left: Map<string, Bundle['left']>
}

const WORKS = '## What works where'
const REFUSED = '## What is chosen, and what is refused'

// A package of which no test can run there is only loaded.
const cell = (result: Result | undefined): string => {
  if (result === undefined) return '?'
  if ('refusal' in result) return result.refusal
  if (result.failed > 0) return 'fails'
  return result.passed === 1 ? 'loads' : String(result.passed)
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(row)].join('\n')

const namesIn = (matrix: Matrix): string[] => {
  const names = [...matrix.results.keys()].map((key) => matrix.runtimes.reduce((name, r) => name.replace(` ${r.name}`, ''), key))
  const own = ['same bytes', 'what is refused']
  return [...[...new Set(names)].filter((name) => !own.includes(name)).sort(), ...own]
}

/** The cells of both tables, by `<row> × <column>`. */
const cellsOf = (matrix: Matrix): Map<string, string> => {
  const cells = new Map<string, string>()
  for (const { name } of matrix.runtimes) {
    for (const what of namesIn(matrix)) cells.set(`${what} × ${name}`, cell(matrix.results.get(`${what} ${name}`)))
    for (const [question, answer] of Object.entries(matrix.answers.get(name) ?? {})) cells.set(`${question} × ${name}`, answer)
  }
  return cells
}

const sections = (matrix: Matrix): string => {
  const cells = cellsOf(matrix)
  const runtimes = matrix.runtimes.map(({ name }) => name)
  const rows = (names: readonly string[]) =>
    names.map((name) => [name, ...runtimes.map((one) => cells.get(`${name} × ${one}`) ?? '')])
  const questions = [...new Set([...matrix.answers.values()].flatMap((answers) => Object.keys(answers)))]
  return `${WORKS}
A number: that many tests passed. \`loads\`: the built package loads, and no test of it can run there. \`as X\`: its host library X is one of Node; the package is tested with X on Node 24 by \`pnpm test\`, and runs where X does. \`needs …\`: refused, the built package with what it depends on names these modules (or that Node), which are not there.

${table(['', ...runtimes], rows(namesIn(matrix)))}

\`same bytes\`: with the same keys, context and randomness the runtime seals the bytes that Node 24 seals, in both suites, as strings, bytes and documents; and it opens what Node 24 sealed.

${REFUSED}
Asked of the built packages in each runtime. A code is that of the typed error that refuses.

${table(['', ...runtimes], rows(questions))}

- AES is WebCrypto's where there is no \`node:crypto\`: it is asynchronous, so \`sealSync\` and \`openSync\` refuse that suite there; ChaCha20-Poly1305 is synchronous everywhere.
- \`zstd\` has to be in the runtime: it is in Node from 22.15 on, in Bun and in Deno.
- The FIPS profile wants a provider of \`node:crypto\` that reports FIPS mode. None of these runtimes was started with one.
- Files (\`fileKeys\`, \`fileSink\`, \`fileCheckpoints\`) and servers (\`serve\`, \`@waxseal/codec-server-node\`) want \`node:fs\` and \`node:http\`. A file that is not there is \`config\` too.
- Cloudflare's Workers allow 100,000 rounds of PBKDF2; the plain workerd of this run allows as many as it is told.`
}

// Left out are a few files of many packages: one line a package and reason.
const leftLines = (matrix: Matrix): string => {
  const lines = new Map<string, Set<string>>()
  for (const [key, left] of matrix.left) {
    const [name = '', host = ''] = key.split(' ')
    for (const { file, needs } of left) {
      const what = `${file.replace(`packages/${name}/test/`, '')} (${needs})`
      const at = `${name}, ${{ node: 'everywhere', workerd: 'workerd and Chromium', browser: 'workerd and Chromium' }[host as Host]}`
      lines.set(at, (lines.get(at) ?? new Set()).add(what))
    }
  }
  return [...lines]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([at, files]) => `- **${at}**: ${[...files].sort().join('; ')}`)
    .join('\n')
}

/** docs/runtimes.md of a whole run. */
export const page = (matrix: Matrix, seconds: number): string => `# Runtimes: what works where

Written by \`pnpm test:runtimes --write\`. \`pnpm test:runtimes\` runs the same and fails where these tables and the run differ in what works, what is chosen or what is refused; numbers of tests may differ. \`pnpm test:runtimes core formats bun\` runs some packages on some runtimes.

## Method
- The test files of every published library are bundled with its sources, one module a package, by a small runner that stands in for vitest; the assertions are vitest's own. The same module runs on Node, Bun and Deno, which resolve by themselves what the package imports. For workerd (plain, without \`nodejs_compat\`) and for a page of a headless Chromium all is bundled, under the conditions that bundlers for Workers and pages set.
- Test data of \`WAXSEAL_SHARED\`, the Wycheproof vectors and those of other systems' formats among it, go into the bundle where there is no file system. Tests, and only tests, get stand-ins there for \`Buffer\` and a few functions of \`node:fs\`, \`node:crypto\`, \`node:zlib\`; sources that name a module of Node fail.
- Each built package is loaded once more through its \`exports\`, in every runtime.
- Two runtimes run at a time. A runtime that is missing is told, and is a failure under \`WAXSEAL_SKIPS=refuse\`; Chromium is installed by apt where the machine lets us.
- Where a package can run is found out: \`engines\` of its package.json, and what its built entry imports when it is bundled with its dependencies and the host library that it requires.

## Last run
${table(
  ['runtime', 'version', 'seconds'],
  matrix.runtimes.map(({ name, version, seconds: own }) => [name, version, own.toFixed(0)]),
)}

In all ${seconds.toFixed(0)} s, two at a time.

${sections(matrix)}

## What is left out
Suites against real services (\`*.service.test.ts\`) run on Node 24 alone, by \`pnpm test:services\`. Other files are left out where they need what is not there; everywhere those that replace modules or timers (\`vi.…\`), which only vitest can, and those that start an embedded PostgreSQL, whose subject is SQL. \`pnpm test\` runs them on Node 24.

${leftLines(matrix)}
`

const WITHOUT_COUNT = /^\d+$/

const committed = (text: string): Map<string, string> => {
  const cells = new Map<string, string>()
  for (const heading of [WORKS, REFUSED]) {
    const [head = [], , ...rows] = (text.split(`${heading}\n`)[1]?.split('\n## ')[0] ?? '')
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((part) => part.trim()),
      )
    for (const [name = '', ...values] of rows)
      for (const [index, value] of values.entries()) cells.set(`${name} × ${head[index + 1]}`, value)
  }
  return cells
}

const substance = (value: string | undefined): string =>
  value === undefined ? 'nothing' : WITHOUT_COUNT.test(value) ? 'works' : value

/** Where the page says something else than the run, one sentence each; counts and times do not matter. */
export const disagreements = (text: string, matrix: Matrix): string[] => {
  const told = committed(text)
  return [...cellsOf(matrix)]
    .filter(([at, value]) => value !== '?' && substance(told.get(at)) !== substance(value))
    .map(([at, value]) => `${at}: ${substance(value)} here, ${substance(told.get(at))} in docs/runtimes.md`)
}
