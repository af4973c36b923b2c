import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Far more than a loaded machine needs.
const TIME_LIMIT_MS = 1_200_000
// Marks the report among whatever a runtime prints besides.
const MARK = '@@report '

const WORKERD_CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = (
  modules = [(name = "tests.mjs", esModule = embed "tests.mjs")], compatibilityDate = "2026-08-01"))]);
`

/** The source that a host needs behind `run`, a function that resolves to a report. */
export const FINISH = {
  // Tests may leave a handle open; the report is all that is waited for.
  node: `process.stdout.write('\\n' + ${JSON.stringify(MARK)} + JSON.stringify(await run()) + '\\n', () => process.exit(0))`,
  workerd: `export default { async test() { console.log(${JSON.stringify(MARK)} + JSON.stringify(await run())) } }`,
  browser: `location.href = await (await fetch('/report', { method: 'POST', body: JSON.stringify(await run()) })).text()`,
}

/** Runs a program to its end and gives all that it printed. */
const execute = (file: string, args: readonly string[], env: Record<string, string>, cwd?: string): Promise<string> =>
  new Promise((resolve) => {
    execFile(
      file,
      args,
      { cwd, env: { ...process.env, ...env }, timeout: TIME_LIMIT_MS, maxBuffer: 1 << 28 },
      (error, stdout, stderr) => resolve(`${stdout}\n${stderr}${error ? `\n${error.message.slice(0, 500)}` : ''}`),
    )
  })

const reportIn = <T>(output: string): T => {
  const line = output.split('\n').find((text) => text.includes(MARK))
  if (line === undefined) throw new Error(`no report in:\n${output.slice(-8000)}`)
  return JSON.parse(line.slice(line.indexOf(MARK) + MARK.length)) as T
}

/** Runs a script that ends in `FINISH.node`. */
export const runScript = async <T>(program: string, args: readonly string[], cwd: string): Promise<T> =>
  reportIn(await execute(program, args, { NO_COLOR: '1' }, cwd))

/** Runs a module that ends in `FINISH.workerd` in a plain workerd, without the Node compatibility layer. */
export const runInWorkerd = async <T>(program: string, code: string): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'waxseal-workerd-'))
  try {
    writeFileSync(join(folder, 'tests.mjs'), code)
    writeFileSync(join(folder, 'config.capnp'), WORKERD_CONFIG)
    return reportIn(await execute(program, ['test', join(folder, 'config.capnp')], {}))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
