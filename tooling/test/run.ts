// The whole of `pnpm test` after the installation: the checks, then one vitest run, then what was skipped, then the totals.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { capture, pnpm, run } from '../start/steps.mjs'
import { type Outcome, skipTable, totals, unexplained } from './outcome.ts'

const CHECKS: readonly { name: string; command: string[] }[] = [
  { name: 'lint and format', command: ['run', 'lint'] },
  { name: 'types', command: ['exec', 'turbo', 'typecheck', '--continue', '--output-logs=errors-only'] },
  { name: 'published packages', command: ['--filter', '@waxseal/packaging', 'run', 'check'] },
  { name: 'bundle size', command: ['--filter', '@waxseal/bundle', 'run', 'check'] },
]

const outcome: Outcome = { passed: 0, failed: 0, skipped: 0, skips: [] }
const failures: string[] = []

const count = (name: string, ok: boolean): void => {
  outcome[ok ? 'passed' : 'failed']++
  if (!ok) failures.push(name)
}

const check = async (name: string, command: string[]): Promise<boolean> => {
  const startedAtMs = performance.now()
  const { code, output } = await capture(...pnpm(...command))
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1)
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`)
  if (code !== 0) console.log(output)
  count(name, code === 0)
  return code === 0
}

// A run that was interrupted or crashed leaves no outcome: a failure, never zero tests.
const readOutcome = (file: string): Outcome | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Outcome
  } catch {
    return undefined
  }
}

const tests = async (args: string[]): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'waxseal-test-'))
  try {
    const file = join(folder, 'outcome.json')
    const code = await run(...pnpm('run', 'vitest', 'run', ...args), { env: { WAXSEAL_OUTCOME: file } })
    const ran = readOutcome(file)
    if (ran) {
      outcome.passed += ran.passed
      outcome.failed += ran.failed
      outcome.skipped += ran.skipped
      outcome.skips = ran.skips
    }
    if (ran && ran.failed > 0) failures.push('tests')
    else if (!ran || code !== 0) count('the test run itself', false)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const args = process.argv.slice(2)
if (await check('build', ['exec', 'turbo', 'build', '--output-logs=errors-only'])) {
  for (const { name, command } of CHECKS) await check(name, command)
  await tests(args)
} else console.log('Nothing else was run: all the rest needs the build.')

console.log(`\n${skipTable(outcome.skips)}`)
// With a filter vitest counts what it left out as skipped; only a whole run must explain every skip.
if (args.length === 0 && unexplained(outcome.skips) > 0) count('a skipped test must say why (describeIf, itIf)', false)
if (process.env.WAXSEAL_SKIPS === 'refuse' && outcome.skipped > 0)
  count('nothing may be skipped here (WAXSEAL_SKIPS=refuse)', false)
if (failures.length > 0) console.log(`Failed: ${failures.join('; ')}`)
console.log(totals(outcome))
process.exitCode = outcome.failed > 0 ? 1 : 0
