import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runInChromium } from './chromium.ts'
import type { Report } from './mini-vitest.ts'

const TIME_LIMIT_MS = 300_000
// Marks the report among whatever a runtime prints besides.
const MARK = '@@report '

const WORKERD_CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = (
  modules = [(name = "tests.mjs", esModule = embed "tests.mjs")], compatibilityDate = "2026-08-01"))]);
`

/** The source that a host needs behind `run`, a function that resolves to a report. */
export const FINISH = {
  script: `console.log(${JSON.stringify(MARK)} + JSON.stringify(await run()))`,
  workerd: `export default { async test() { console.log(${JSON.stringify(MARK)} + JSON.stringify(await run())) } }`,
  browser: `await fetch('/report', { method: 'POST', body: JSON.stringify(await run()) })`,
}

/** Runs a program to its end; resolves to its exit code and all that it printed. */
export const execute = (
  file: string,
  args: readonly string[],
  env: Record<string, string> = {},
  cwd?: string,
): Promise<{ code: number; output: string }> =>
  new Promise((resolve) => {
    execFile(
      file,
      args,
      { cwd, env: { ...process.env, ...env }, timeout: TIME_LIMIT_MS, maxBuffer: 1 << 28 },
      (error, stdout, stderr) => resolve({ code: error ? 1 : 0, output: `${stdout}\n${stderr}` }),
    )
  })

const reportIn = (output: string): Report => {
  const line = output.split('\n').find((text) => text.includes(MARK))
  if (line === undefined) throw new Error(`no report in:\n${output}`)
  return JSON.parse(line.slice(line.indexOf(MARK) + MARK.length)) as Report
}

/** Runs a script that ends in `FINISH.script`. */
export const runScript = async (program: string, args: readonly string[]): Promise<Report> =>
  reportIn((await execute(program, args)).output)

/** Runs a module that ends in `FINISH.workerd` in a plain workerd, without the Node compatibility layer. */
export const runInWorkerd = async (program: string, code: string): Promise<Report> => {
  const folder = mkdtempSync(join(tmpdir(), 'waxseal-workerd-'))
  try {
    writeFileSync(join(folder, 'tests.mjs'), code)
    writeFileSync(join(folder, 'config.capnp'), WORKERD_CONFIG)
    return reportIn((await execute(program, ['test', join(folder, 'config.capnp')])).output)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs a module that ends in `FINISH.browser` in a page. */
export const runInPage = async (program: string, code: string): Promise<Report> =>
  JSON.parse(await runInChromium(program, code)) as Report
