import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { capture, pnpm, run } from '../start/steps.mjs'
import { type Outcome, refused, skipTable, totals, unexplained } from './outcome.ts'

/** Counts the steps and the tests of one command. */
export interface Tally {
  /** Counts one step. */
  count(name: string, ok: boolean): void
  /** Runs pnpm with `command`, shows what it printed only if it failed, and counts it. */
  check(name: string, command: readonly string[]): Promise<boolean>
  /** Runs vitest by a script of package.json and counts its tests. */
  tests(script: string, args: readonly string[]): Promise<void>
  /** Prints what was skipped and the totals, and sets the exit code. `whole`: no filter was given. */
  end(options: { whole: boolean; optional: boolean }): void
}

// A run that was interrupted or crashed leaves no outcome: a failure, never zero tests.
const readOutcome = (file: string): Outcome | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Outcome
  } catch {
    return undefined
  }
}

export const createTally = (): Tally => {
  const outcome: Outcome = { passed: 0, failed: 0, skipped: 0, skips: [] }
  const failures: string[] = []

  const count = (name: string, ok: boolean): void => {
    outcome[ok ? 'passed' : 'failed']++
    if (!ok) failures.push(name)
  }

  const check = async (name: string, command: readonly string[]): Promise<boolean> => {
    const startedAtMs = performance.now()
    const { code, output } = await capture(...pnpm(...command))
    const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1)
    console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`)
    if (code !== 0) console.log(output)
    count(name, code === 0)
    return code === 0
  }

  const tests = async (script: string, args: readonly string[]): Promise<void> => {
    const folder = mkdtempSync(join(tmpdir(), 'waxseal-test-'))
    try {
      const file = join(folder, 'outcome.json')
      const code = await run(...pnpm('run', script, 'run', ...args), { env: { WAXSEAL_OUTCOME: file } })
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

  const end: Tally['end'] = ({ whole, optional }) => {
    console.log(`\n${skipTable(outcome.skips)}`)
    // With a filter vitest counts what it left out as skipped; only a whole run must explain every skip.
    if (whole && unexplained(outcome.skips) > 0) count('a skipped test must say why (describeIf, itIf)', false)
    if (process.env.WAXSEAL_SKIPS === 'refuse' && refused(outcome.skips, optional) > 0)
      count('nothing may be skipped here (WAXSEAL_SKIPS=refuse)', false)
    if (failures.length > 0) console.log(`Failed: ${failures.join('; ')}`)
    console.log(totals(outcome))
    process.exitCode = outcome.failed > 0 ? 1 : 0
  }

  return { count, check, tests, end }
}
