// What promises to run everywhere, on every runtime: the test suites of the core, of the audit trail, of the detector and of the key services, and the
// built core held against Node byte by byte.
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runtimes } from '@waxseal/runtimes'
import { build } from 'esbuild'
import type { Outcome } from '../test/outcome.ts'
import { execute, FINISH, runInPage, runInWorkerd, runScript } from './hosts.ts'
import { sealAll } from './identity.ts'
import type { Report } from './mini-vitest.ts'
import { type Host, portable } from './portable.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const repository = fileURLToPath(new URL('../../', import.meta.url))
const vitest = join(repository, 'node_modules/vitest/vitest.mjs')

/** Packages whose suites run on every runtime. */
const SUITES = ['core', 'audit', 'pii', ...globSync('keys-*', { cwd: join(repository, 'packages') }).sort()]

const expected = await sealAll()
const comparison = (finish: string): string => `import { compare } from ${JSON.stringify(join(here, 'identity.ts'))}
const run = () => compare(${JSON.stringify(expected)})
${finish}`

const out = join(here, '.out')
const script = join(out, 'identity.mjs')

// The package stays outside, so that each runtime chooses the backend by the conditions that it sets itself.
const bundleScript = async (): Promise<void> => {
  mkdirSync(out, { recursive: true })
  await build({
    stdin: { contents: comparison(FINISH.script), resolveDir: here, loader: 'ts' },
    outfile: script,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    external: ['@waxseal/*'],
    logLevel: 'error',
  })
}

const bundleComparison = async (host: Host): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents: comparison(FINISH[host]), resolveDir: here, loader: 'ts' },
    bundle: true,
    format: 'esm',
    platform: host === 'browser' ? 'browser' : 'neutral',
    mainFields: ['module', 'main'],
    conditions: [host, 'import'],
    write: false,
    logLevel: 'error',
  })
  return outputFiles[0]?.text ?? ''
}

const left = new Set<string>()

const runVitest = async (suite: string, program: string, first: readonly string[]): Promise<Report> => {
  const folder = mkdtempSync(join(tmpdir(), 'waxseal-runtime-'))
  try {
    const file = join(folder, 'outcome.json')
    const args = [...first, vitest, 'run', '--config', join(repository, 'tooling/test/vitest.config.ts'), '--project', suite]
    const { code, output } = await execute(program, args, { WAXSEAL_OUTCOME: file, NO_COLOR: '1' }, repository)
    const outcome = JSON.parse(readFileSync(file, 'utf8')) as Outcome
    const report: Report = { ...outcome, failures: [] }
    for (const { name, reason } of outcome.skips) left.add(`${name}: ${reason}`)
    if (code === 0) return report
    return { ...report, failed: Math.max(1, report.failed), failures: [{ name: 'vitest', error: output }] }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const runPortable = async (suite: string, host: Host, run: (code: string) => Promise<Report>): Promise<Report> => {
  const folder = join(repository, 'packages', suite)
  const files = globSync('test/**/*.test.ts', { cwd: folder, exclude: ['**/*.service.test.ts'] }).map((file) =>
    join(folder, file),
  )
  const bundle = await portable(folder, files.sort(), host, FINISH[host])
  for (const sentence of bundle.left) left.add(`${sentence} (${host})`)
  return run(bundle.code)
}

interface Target {
  readonly name: string
  readonly program: string | undefined
  readonly suite: (suite: string, program: string) => Promise<Report>
  readonly identity: (program: string) => Promise<Report>
}

const target = (
  name: string,
  program: string | undefined,
  vitestArgs: readonly string[] = [],
  scriptArgs: readonly string[] = [],
): Target => ({
  name,
  program,
  suite: (suite, found) => runVitest(suite, found, vitestArgs),
  identity: (found) => runScript(found, [...scriptArgs, script]),
})

const targets: Target[] = [
  target('node 20', runtimes.node20),
  target('node 22', runtimes.node22),
  target('node 24', process.execPath),
  target('bun', runtimes.bun, ['--bun']),
  target('deno', runtimes.deno, ['run', '-A'], ['run', '-A', '--no-lock']),
  {
    name: 'workerd',
    program: runtimes.workerd,
    suite: (suite, found) => runPortable(suite, 'workerd', (code) => runInWorkerd(found, code)),
    identity: async (found) => runInWorkerd(found, await bundleComparison('workerd')),
  },
  {
    name: 'chromium',
    program: runtimes.chromium,
    suite: (suite, found) => runPortable(suite, 'browser', (code) => runInPage(found, code)),
    identity: async (found) => runInPage(found, await bundleComparison('browser')),
  },
]

const total = { passed: 0, failed: 0, skipped: 0 }

const show = async (name: string, what: string, run: () => Promise<Report>): Promise<void> => {
  const startedAtMs = performance.now()
  const report = await run().catch(
    (error: unknown): Report => ({ passed: 0, failed: 1, skipped: 0, failures: [{ name, error: String(error) }] }),
  )
  // A host that finds no test proves nothing.
  if (report.passed === 0 && report.failed === 0) report.failed = 1
  total.passed += report.passed
  total.failed += report.failed
  total.skipped += report.skipped
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1)
  const counts = `${report.passed} passed, ${report.failed} failed, ${report.skipped} skipped`
  console.log(`${report.failed === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(9)} ${what.padEnd(14)} ${counts} (${seconds} s)`)
  for (const failure of report.failures) console.log(`     ${failure.name}\n${failure.error}`)
}

// `run.ts NAME...`: these suites alone.
const asked = process.argv.slice(2)
const chosen = SUITES.filter((name) => asked.length === 0 || asked.includes(name))

await bundleScript()
for (const { name, program, suite, identity } of targets) {
  if (program === undefined) {
    total.skipped++
    console.log(`skip ${name.padEnd(9)} it is not installed`)
    continue
  }
  for (const one of chosen) await show(name, one, () => suite(one, program))
  await show(name, 'same bytes', () => identity(program))
}
rmSync(out, { recursive: true, force: true })
if (left.size > 0) console.log(`\nNot run everywhere:\n${[...left].sort().join('\n')}`)
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed > 0 ? 1 : 0
