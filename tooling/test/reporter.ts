import { writeFileSync } from 'node:fs'
import type { SerializedError } from 'vitest'
import { DefaultReporter, type TestCase, type TestModule, type TestRunEndReason } from 'vitest/node'
import { type Outcome, type Skip, skipTable, totals } from './outcome.ts'
import { SKIPPED } from './skip.ts'

const names = (test: TestCase): string[] => {
  const path = [test.name]
  for (let parent = test.parent; parent.type === 'suite'; parent = parent.parent) path.unshift(parent.name)
  return path
}

// A reason covers everything below the name that carries it, so a skipped suite is one row however many tests it has.
const skipOf = (test: TestCase): Omit<Skip, 'tests'> => {
  const module = test.module
  const file = `${test.project.name}/${module.relativeModuleId}`
  const path = names(test)
  const note = test.result().state === 'skipped' ? (test.result() as { note?: string }).note : undefined
  const marked = path.findIndex((name) => name.includes(SKIPPED))
  if (marked === -1) return { file, name: path.join(' > '), reason: note ?? '' }
  const [own = '', reason = ''] = path[marked]?.split(SKIPPED) ?? []
  return { file, name: [...path.slice(0, marked), own].join(' > '), reason }
}

const outcomeOf = (modules: readonly TestModule[], errors: number): Outcome => {
  const outcome: Outcome = { passed: 0, failed: errors, skipped: 0, skips: [] }
  const rows = new Map<string, Skip>()
  for (const module of modules) {
    if (module.errors().length > 0) outcome.failed++
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      if (state === 'passed') outcome.passed++
      else if (state === 'failed') outcome.failed++
      else {
        outcome.skipped++
        const skip = skipOf(test)
        const key = JSON.stringify(skip)
        rows.set(key, { ...skip, tests: (rows.get(key)?.tests ?? 0) + 1 })
      }
    }
  }
  outcome.skips = [...rows.values()]
  return outcome
}

/** vitest's own report, then what was skipped and why, then the totals; `WAXSEAL_OUTCOME` names a file that takes these instead. */
export default class OutcomeReporter extends DefaultReporter {
  override onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[], reason: TestRunEndReason): void {
    super.onTestRunEnd(modules, errors, reason)
    const outcome = outcomeOf(modules, errors.length)
    const file = process.env.WAXSEAL_OUTCOME
    if (file) writeFileSync(file, JSON.stringify(outcome))
    else this.ctx.logger.log(`${skipTable(outcome.skips)}\n${totals(outcome)}`)
  }
}
