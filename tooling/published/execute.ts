import { execFile } from 'node:child_process'

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

/** Runs a program to its end and resolves to its standard output without the white space around it; what fails throws all that it printed. */
export const execute = (file: string, args: readonly string[], { cwd, env, input = '' }: Options): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = execFile(file, args, { cwd, env, timeout: TIME_LIMIT_MS, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error)
        reject(
          new Error(`${[file, ...args].join(' ')}: ${error.killed ? 'too slow' : `exit code ${error.code}`}\n${stdout}${stderr}`),
        )
      else resolve(stdout.trim())
    })
    // A program may end without having read its input; how it ended is told above.
    child.stdin?.on('error', () => {}).end(input)
  })
