/** What a test run came to. `skips` has a row for each reason, not for each test. */
export interface Outcome {
  passed: number
  failed: number
  skipped: number
  skips: Skip[]
}

/** A skipped test or suite; `reason` is empty where none was declared. */
export interface Skip {
  file: string
  name: string
  reason: string
  tests: number
}

/** The last line of a run. */
export const totals = ({ passed, failed, skipped }: Pick<Outcome, 'passed' | 'failed' | 'skipped'>): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`

/** The table of what was skipped and why; one line when nothing was. */
export const skipTable = (skips: readonly Skip[]): string => {
  if (skips.length === 0) return 'Nothing was skipped.'
  const rows = [
    ['tests', 'skipped', 'why'],
    ...skips.map((skip) => [String(skip.tests), `${skip.file}: ${skip.name}`, skip.reason || 'NO REASON GIVEN']),
  ]
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map(([tests = '', name = '', why = '']) => `${tests.padStart(widths[0] ?? 0)}  ${name.padEnd(widths[1] ?? 0)}  ${why}`)
    .join('\n')
}

/** How many skipped tests give no reason. */
export const unexplained = (skips: readonly Skip[]): number =>
  skips.filter((skip) => skip.reason === '').reduce((sum, skip) => sum + skip.tests, 0)

/** The start of a reason that is good enough even where skips are refused: nobody can run that suite there. */
export const OPTIONAL = 'optional:'

/** How many skipped tests a run that refuses skips does not let pass; `optional` lets those through that say so. */
export const refused = (skips: readonly Skip[], optional: boolean): number =>
  skips.filter((skip) => !(optional && skip.reason.startsWith(OPTIONAL))).reduce((sum, skip) => sum + skip.tests, 0)
