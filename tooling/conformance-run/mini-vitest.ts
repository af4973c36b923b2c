// Stands in for vitest's test API, so that one bundle of plain JavaScript runs on every runtime, also where vitest itself does not
// (workerd, a browser page): test files are bundled with `vitest` replaced by this module. `expect` and the spies are vitest's own; a
// file that replaces modules or timers needs vitest.
import { chai, JestAsymmetricMatchers, JestChaiExpect, JestExtend } from '@vitest/expect'
import { fn, restoreAllMocks, spyOn } from '@vitest/spy'
import { poll, stubGlobal, unstubAllGlobals, waitFor, waitUntil } from './waiting.ts'

// Far more than a loaded machine needs.
const TEST_LIMIT_MS = 300_000

chai.use(JestExtend)
chai.use(JestChaiExpect)
chai.use(JestAsymmetricMatchers)
export const vi = { fn, restoreAllMocks, spyOn, stubGlobal, unstubAllGlobals, waitFor, waitUntil }
export const expect = Object.assign(chai.expect, {
  unreachable: (message = 'this was not to be reached') => chai.assert.fail(message),
  poll,
})

type Step = (...args: never[]) => unknown

interface Suite {
  readonly name: string
  readonly skipped: boolean
  readonly before: Step[]
  readonly after: Step[]
  readonly beforeEach: Step[]
  readonly afterEach: Step[]
  readonly items: (Suite | Test)[]
}

interface Test {
  readonly name: string
  readonly run: Step | undefined
}

/** What a run came to; `failures` holds a name and the error's stack for each. */
export interface Report {
  passed: number
  failed: number
  skipped: number
  failures: { name: string; error: string }[]
}

const suite = (name: string, skipped = false): Suite => ({
  name,
  skipped,
  before: [],
  after: [],
  beforeEach: [],
  afterEach: [],
  items: [],
})

let current = suite('')
// What `onTestFinished` was given during the running test.
let finishing: Step[] = []

const enter = (name: string, skipped: boolean, body: (...args: never[]) => void, args: readonly unknown[] = []): void => {
  const outer = current
  current = suite(name, skipped || outer.skipped)
  outer.items.push(current)
  try {
    body(...(args as never[]))
  } finally {
    current = outer
  }
}

const title = (template: string, args: readonly unknown[], index: number): string => {
  let used = 0
  const [first] = args as [Record<string, unknown> | undefined]
  const named = template.replace(/\$(\w+)/g, (mark, name: string) => String(first?.[name] ?? mark))
  return named.replace(/%[sdijo#%]/g, (mark) => (mark === '%%' ? '%' : mark === '%#' ? String(index) : String(args[used++])))
}

const eachOf =
  (register: (name: string, body: Step, args: readonly unknown[]) => void) =>
  (rows: readonly unknown[]) =>
  (name: string, body: Step): void => {
    const spread = rows.every(Array.isArray)
    rows.forEach((row, index) => {
      const args = spread ? (row as unknown[]) : [row]
      register(title(name, args, index), body, args)
    })
  }

type Describe = (name: string, body: () => void) => void
type It = (name: string, body?: Step) => void

const addTest = (name: string, body: Step | undefined): void =>
  void current.items.push({ name, run: current.skipped ? undefined : body })

const skipDescribe: Describe = (name, body) => enter(name, true, body)
const runDescribe: Describe = (name, body) => enter(name, false, body)
const skipIt: It = (name) => addTest(name, undefined)
const runIt: It = (name, body) => addTest(name, body)

export const describe = Object.assign(runDescribe.bind(null), {
  skip: skipDescribe,
  skipIf: (condition: unknown): Describe => (condition ? skipDescribe : runDescribe),
  runIf: (condition: unknown): Describe => (condition ? runDescribe : skipDescribe),
  each: eachOf((name, body, args) => enter(name, false, body as () => void, args)),
})

export const it = Object.assign(runIt.bind(null), {
  skip: skipIt,
  skipIf: (condition: unknown): It => (condition ? skipIt : runIt),
  runIf: (condition: unknown): It => (condition ? runIt : skipIt),
  each: eachOf((name, body, args) => addTest(name, () => body(...(args as never[])))),
})
export const test = it

export const beforeAll = (step: Step): void => void current.before.push(step)
export const afterAll = (step: Step): void => void current.after.push(step)
export const beforeEach = (step: Step): void => void current.beforeEach.push(step)
export const afterEach = (step: Step): void => void current.afterEach.push(step)

export const onTestFinished = (step: Step): void => void finishing.push(step)

// Types are checked by tsc; here such an assertion has nothing to do.
const anything: unknown = new Proxy(() => anything, { get: () => anything })
export const expectTypeOf = (): unknown => anything

// A test that hangs fails by its name, not as a runtime that gave no report.
const within = async (work: unknown): Promise<void> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${TEST_LIMIT_MS / 1000} s`)), TEST_LIMIT_MS)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

const runTest = async (run: Step, setUp: readonly Step[], tearDown: readonly Step[]): Promise<string | undefined> => {
  finishing = []
  try {
    for (const step of setUp) await step()
    try {
      await within((run as () => unknown)())
    } finally {
      for (const step of [...finishing.reverse(), ...tearDown]) await step()
    }
    return undefined
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
}

const runSuite = async (
  at: Suite,
  path: string,
  setUp: readonly Step[],
  tearDown: readonly Step[],
  report: Report,
): Promise<void> => {
  const inner = { setUp: [...setUp, ...at.beforeEach], tearDown: [...at.afterEach, ...tearDown] }
  for (const step of at.skipped ? [] : at.before) await step()
  for (const item of at.items) {
    const name = path ? `${path} > ${item.name}` : item.name
    if ('items' in item) await runSuite(item, name, inner.setUp, inner.tearDown, report)
    else if (item.run === undefined) report.skipped++
    else {
      const error = await runTest(item.run, inner.setUp, inner.tearDown)
      if (error === undefined) report.passed++
      else {
        report.failed++
        report.failures.push({ name, error })
      }
    }
  }
  for (const step of at.skipped ? [] : at.after) await step()
}

/** Loads test files one after another (a suite of its own each) and runs what they declare. */
export const runFiles = async (files: Record<string, () => Promise<unknown>>): Promise<Report> => {
  const report: Report = { passed: 0, failed: 0, skipped: 0, failures: [] }
  for (const [file, load] of Object.entries(files)) {
    current = suite(file)
    const whole = current
    try {
      await load()
      await runSuite(whole, file, [], [], report)
    } catch (error) {
      report.failed++
      report.failures.push({ name: file, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  }
  return report
}
