import { execFile } from 'node:child_process'
import type { RuntimeCosts } from './costs.ts'

// Marks the report among whatever a runtime prints besides.
const MARK = '@@costs '
const TIME_LIMIT_MS = 1_800_000

const print = `console.log(${JSON.stringify(MARK)} + JSON.stringify(await run()))`

/** The source that a host needs behind `run`. */
export const FINISH = { script: print, workerd: `export default { async test() { ${print} } }` }

/** Runs a program to its end, and gives what it printed. */
export const execute = (file: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    execFile(file, args, { timeout: TIME_LIMIT_MS, maxBuffer: 1 << 28 }, (_error, stdout, stderr) =>
      resolve(`${stdout}\n${stderr}`),
    )
  })

export function reportIn(output: string): RuntimeCosts {
  const line = output.split('\n').find((text) => text.includes(MARK))
  if (line === undefined) throw new Error(`no report; the last of what it printed:\n${output.slice(-2000)}`)
  return JSON.parse(line.slice(line.indexOf(MARK) + MARK.length)) as RuntimeCosts
}
