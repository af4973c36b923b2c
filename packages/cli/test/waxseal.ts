import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { generateKey } from '@waxseal/core'
import { onTestFinished } from 'vitest'

export const program = fileURLToPath(new URL('../dist/main.js', import.meta.url))

export interface Run {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  readonly bytes: Buffer
  readonly err: string
}

export interface RunOptions {
  readonly input?: string | Uint8Array
  readonly env?: Record<string, string | undefined>
  readonly cwd?: string
}

const spawned = (args: readonly string[], { env = {}, cwd }: Omit<RunOptions, 'input'> = {}) => {
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: '1', WAXSEAL_KEYS: KEYS, ...env } as NodeJS.ProcessEnv,
  })
  const [out, err]: [Buffer[], Buffer[]] = [[], []]
  child.stdout.on('data', (piece) => out.push(piece))
  child.stderr.on('data', (piece) => err.push(piece))
  const ended = new Promise<Run>((resolve) =>
    child.on('close', (code, signal) => {
      const bytes = Buffer.concat(out)
      resolve({ code, signal, bytes, out: bytes.toString(), err: Buffer.concat(err).toString() })
    }),
  )
  return { child, ended }
}

/** The command as a person runs it: the built program, in a process of its own. A test that fails leaves none behind. */
export function start(args: readonly string[], options: Omit<RunOptions, 'input'> = {}) {
  const run = spawned(args, options)
  onTestFinished(() => void run.child.kill('SIGKILL'))
  return run
}

/** The same to its end. */
export const waxseal = (args: readonly string[], { input, ...options }: RunOptions = {}): Promise<Run> => {
  const { child, ended } = spawned(args, options)
  child.stdin.on('error', () => undefined)
  child.stdin.end(input ?? '')
  return ended
}

const terminal = fileURLToPath(new URL('./terminal.py', import.meta.url))

/** The same at a terminal, by a person who waits for something to be shown and then types, or closes the terminal (null). `out` is a file that takes its standard output. */
export async function atTerminal(
  args: readonly string[],
  steps: readonly (readonly [shown: string, typed: string | null])[],
  { env = {}, cwd, out }: Omit<RunOptions, 'input'> & { readonly out?: string } = {},
): Promise<{ readonly code: number; readonly shown: string }> {
  const command = [process.execPath, program, ...args]
  const redirected = out === undefined ? command : ['sh', '-c', 'out="$1"; shift; exec "$@" > "$out"', 'sh', out, ...command]
  const { stdout } = await promisify(execFile)('python3', [terminal, JSON.stringify(steps), ...redirected], {
    cwd,
    env: { ...process.env, NO_COLOR: '1', TERM: 'xterm', WAXSEAL_KEYS: KEYS, ...env } as NodeJS.ProcessEnv,
    timeout: 60_000,
  })
  return JSON.parse(stdout)
}

export const KEYS = `k1:${generateKey()}`

/** An empty folder, and how to be rid of it. */
export function folder() {
  const path = mkdtempSync(join(tmpdir(), 'waxseal-cli-'))
  return { path, at: (name: string) => join(path, name), remove: () => rmSync(path, { recursive: true, force: true }) }
}
