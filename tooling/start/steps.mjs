// What `pnpm demo` and `pnpm test` are made of. Runs on the machine's own Node (>= 20.19), before anything is installed.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nodeProblem, pnpmCommand } from './command.mjs'

export const root = fileURLToPath(new URL('../../', import.meta.url))

const bin = join(root, 'node_modules/.bin')
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const environment = {
  ...process.env,
  PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
  NO_UPDATE_NOTIFIER: '1',
  npm_config_yes: 'true',
  npm_config_update_notifier: 'false',
}

/** Ends with a sentence instead of a stack. */
export const stop = (message, code = 1) => {
  console.error(message)
  process.exit(code)
}

const problem = nodeProblem(process.versions.node, 'machine')
if (problem) stop(problem)

/** The Node that the tools run on: the pinned one, or the machine's where npm has no such package (macOS, Windows). */
export const pinnedNode = () => {
  const pinned = join(bin, 'node')
  if (existsSync(pinned)) return pinned
  const missing = nodeProblem(process.versions.node, 'tools')
  return missing ? stop(missing) : process.execPath
}

// Ctrl-C in a terminal reaches the child by itself; a signal sent to this process alone is handed on. Either way this process
// stays until the child is gone, so that the child's exit code is the command's.
const forwardSignals = (child) => {
  const forward = (signal) => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, forward)
  child.once('exit', () => {
    for (const signal of signals) process.off(signal, forward)
  })
}

/** Runs a program with this terminal, resolves to its exit code (128 + n after signal n). */
export const run = (file, args, { env = {}, cwd = root, stdio = 'inherit' } = {}) =>
  new Promise((resolve) => {
    const child = spawn(file, args, { cwd, stdio, env: { ...environment, ...env } })
    forwardSignals(child)
    child.once('error', (error) => stop(`${file}: ${error.message}`))
    child.once('close', (code, signal) => resolve(signal ? 128 + constants.signals[signal] : code))
  })

/** Runs a program and keeps quiet about it: resolves to its exit code and all that it printed. */
export const capture = (file, args, { env = {} } = {}) =>
  new Promise((resolve) => {
    const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...environment, ...env } })
    const chunks = []
    child.stdout.on('data', (chunk) => chunks.push(chunk))
    child.stderr.on('data', (chunk) => chunks.push(chunk))
    forwardSignals(child)
    child.once('error', (error) => stop(`${file}: ${error.message}`))
    child.once('close', (code, signal) =>
      resolve({ code: signal ? 128 + constants.signals[signal] : code, output: Buffer.concat(chunks).toString() }),
    )
  })

/** The pnpm that started this script, else the one that package.json names. */
export const pnpm = (...args) => {
  const [file, ...first] = pnpmCommand(process.env, process.execPath, packageManager)
  return [file, [...first, ...args]]
}

/**
 * Installs what `filters` select (everything without any). Shows pnpm's progress on a fresh clone, and nothing when all is there
 * already. Resolves to the exit code.
 */
export const install = async (...filters) => {
  const command = pnpm('install', '--frozen-lockfile', ...filters.flatMap((filter) => ['--filter', filter]))
  if (!existsSync(bin)) return run(...command, { stdio: ['ignore', 2, 2] })
  const { code, output } = await capture(...command)
  if (code !== 0) console.error(output)
  return code
}
