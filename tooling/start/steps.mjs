// What `pnpm demo` and `pnpm test` are made of. Runs on the machine's own Node (>= 20.19), before anything is installed.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nodeProblem, pnpmCommand } from './command.mjs'

export const root = fileURLToPath(new URL('../../', import.meta.url))

const bin = join(root, 'node_modules/.bin')
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const { npm_execpath: caller = '', PATH: path = '' } = process.env
// turbo looks for pnpm on the path, where one that was called by its own path need not be.
const nativePnpm = basename(caller) === 'pnpm'
// vitest colours its output for a pipe too.
const colour = process.stdout.isTTY || 'FORCE_COLOR' in process.env ? {} : { NO_COLOR: '1' }
const environment = {
  ...process.env,
  ...colour,
  PATH: [bin, ...(nativePnpm ? [dirname(caller)] : []), path].join(delimiter),
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
  npm_config_yes: 'true',
  npm_config_update_notifier: 'false',
}

/**
 * Ends with a sentence instead of a stack.
 *
 * @param {string} message
 * @param {number} [code]
 * @returns {never}
 */
export const stop = (message, code = 1) => {
  console.error(message)
  process.exit(code)
}

const problem = nodeProblem(process.versions.node, 'machine')
if (problem) stop(problem)

/**
 * The Node that the tools run on: the pinned one, or the machine's where npm has no such package (macOS, Windows).
 *
 * @returns {string}
 */
export const pinnedNode = () => {
  const pinned = join(bin, 'node')
  if (existsSync(pinned)) return pinned
  const missing = nodeProblem(process.versions.node, 'tools')
  return missing ? stop(missing) : process.execPath
}

// This process outlives the child, so that the child can end in order and its exit code is the command's. Ctrl-C in a terminal
// reaches the child by itself, and a native pnpm signals all that it started: handing on would deliver twice.
/** @param {import('node:child_process').ChildProcess} child */
const forwardSignals = (child) => {
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    if (!nativePnpm && !(signal === 'SIGINT' && process.stdin.isTTY)) child.kill(signal)
  }
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, forward)
  child.once('exit', () => {
    for (const signal of signals) process.off(signal, forward)
  })
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {string} file
 * @returns {Promise<number>} its exit code, 128 + n after signal n
 */
const ended = (child, file) =>
  new Promise((resolve) => {
    forwardSignals(child)
    child.once('error', (error) => stop(`${file}: ${error.message}`))
    child.once('close', (code, signal) => resolve(signal ? 128 + constants.signals[signal] : (code ?? 1)))
  })

/**
 * Runs a program with this terminal.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string>, cwd?: string, stdio?: import('node:child_process').StdioOptions }} [options]
 * @returns {Promise<number>} its exit code, 128 + n after signal n
 */
export const run = (file, args, { env = {}, cwd = root, stdio = 'inherit' } = {}) =>
  ended(spawn(file, args, { cwd, stdio, env: { ...environment, ...env } }), file)

/**
 * Runs a program and keeps quiet about it.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @returns {Promise<{ code: number, output: string }>} its exit code and all that it printed
 */
export const capture = async (file, args) => {
  const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: environment })
  /** @type {Buffer[]} */
  const chunks = []
  child.stdout.on('data', (chunk) => chunks.push(chunk))
  child.stderr.on('data', (chunk) => chunks.push(chunk))
  const code = await ended(child, file)
  return { code, output: Buffer.concat(chunks).toString() }
}

/**
 * The command line that calls the pnpm that started this, else the one that package.json names.
 *
 * @param {...string} args
 * @returns {[file: string, args: string[]]}
 */
export const pnpm = (...args) => {
  const [file = '', ...first] = pnpmCommand(process.env, process.execPath, packageManager)
  return [file, [...first, ...args]]
}

/**
 * Installs what `filters` select, everything without any. Shows pnpm's progress on a fresh clone and nothing when all is there.
 *
 * @param {...string} filters
 * @returns {Promise<number>} the exit code
 */
export const install = async (...filters) => {
  const command = pnpm('install', '--frozen-lockfile', ...filters.flatMap((filter) => ['--filter', filter]))
  if (!existsSync(bin)) return run(...command, { stdio: ['ignore', 2, 2] })
  const { code, output } = await capture(...command)
  if (code !== 0) console.error(output)
  return code
}
