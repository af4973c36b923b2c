import { spawn } from 'node:child_process'

const TIME_LIMIT_MS = 600_000

// What a machine needs to reach a registry at all; everything else of the environment stays outside.
const KEPT = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'TMPDIR', 'LANG']

export interface Options {
  readonly cwd: string
  readonly env: Record<string, string>
  /** Standard input. */
  readonly input?: string
}

/** An environment of a machine on which nobody has configured anything: this home, this path, nothing of npm or pnpm. */
export const freshEnvironment = (home: string, path: string): Record<string, string> => ({
  ...Object.fromEntries(KEPT.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
  HOME: home,
  PATH: path,
  CI: 'true',
  NO_COLOR: '1',
  DO_NOT_TRACK: '1',
  npm_config_update_notifier: 'false',
})

// Each child leads a process group of its own, with all that it starts.
const groups = new Set<number>()

const endGroup = (leader: number): void => {
  try {
    process.kill(-leader, 'SIGKILL')
  } catch {
    // Nothing of it is left.
  }
}

/** Ends every program that still runs, and what it started. */
export const endAll = (): void => {
  for (const leader of groups) endGroup(leader)
}

/**
 * Runs a program to its end and resolves to its standard output without the white space around it; what fails throws all that it printed.
 * What it started and left behind ends with it, or after ten minutes.
 */
export const execute = (file: string, args: readonly string[], { cwd, env, input = '' }: Options): Promise<string> =>
  new Promise((resolve, reject) => {
    const fail = (how: string, output = '') => reject(new Error(`${[file, ...args].join(' ')}: ${how}\n${output}`))
    const child = spawn(file, args, { cwd, env, detached: true })
    const { pid } = child
    if (pid !== undefined) groups.add(pid)
    let slow = false
    const timer = setTimeout(() => {
      slow = true
      if (pid !== undefined) endGroup(pid)
    }, TIME_LIMIT_MS)
    const printed = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        printed[stream] += text
      })
    child.once('error', (error) => {
      clearTimeout(timer)
      fail(error.message)
    })
    child.once('exit', () => {
      clearTimeout(timer)
      if (pid === undefined) return
      endGroup(pid)
      groups.delete(pid)
    })
    child.once('close', (code, signal) => {
      if (code === 0) resolve(printed.stdout.trim())
      else fail(slow ? 'too slow' : `exit code ${code ?? signal}`, printed.stdout + printed.stderr)
    })
    // A program may end without having read its input; how it ended is told above.
    child.stdin.on('error', () => {}).end(input)
  })
