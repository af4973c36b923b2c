import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

/** A running database server. */
export interface DatabaseService {
  /** On 127.0.0.1. */
  readonly port: number
  readonly user: string
  readonly database: string
  /** Ends the server, waits until it is gone and removes its data. */
  stop(): Promise<void>
}

const START_LIMIT_MS = 60_000

/** The path of a program on PATH or in one of these folders (globs; the last one wins), `undefined` where there is none. */
export const findProgram = (name: string, ...folders: string[]): string | undefined => {
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name))
  const others = folders.flatMap((pattern) => globSync(join(pattern, name)).sort().reverse())
  return [...others, ...onPath].find((path) => existsSync(path))
}

const CLUSTER_SETTINGS = '/etc/postgresql-common/createcluster.conf'
const APT_LIMIT_MS = 300_000

/** Installs Debian packages; only root can. PostgreSQL's would also set up a server of the machine's own: it is told not to. */
export const aptInstall = (...packages: string[]): void => {
  const options = {
    stdio: 'ignore' as const,
    timeout: APT_LIMIT_MS,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }
  if (!existsSync(CLUSTER_SETTINGS)) {
    mkdirSync(dirname(CLUSTER_SETTINGS), { recursive: true })
    writeFileSync(CLUSTER_SETTINGS, 'create_main_cluster = false\n')
  }
  const keep = ['-o', 'Dpkg::Options::=--force-confold', '-o', 'DPkg::Lock::Timeout=120']
  execFileSync('apt-get', ['update', '-qq'], options)
  execFileSync('apt-get', ['install', '-qq', '-y', '--no-install-recommends', ...keep, ...packages], options)
}

export const canAptInstall = (): boolean => process.getuid?.() === 0 && findProgram('apt-get') !== undefined

/** Database servers refuse to run as root. */
const unprivileged = (): { uid: number; gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))))
    })
  })

interface Daemon {
  readonly name: string
  /** Makes the data folder. */
  readonly prepare: (data: string) => [file: string, ...args: string[]]
  readonly start: (data: string, port: number) => [file: string, ...args: string[]]
  readonly ready: RegExp
  /** What makes it end at once, and in order. */
  readonly signal: 'INT' | 'TERM'
}

// The server's guard: when standard input closes, because this process says so or is gone, it ends the server it started.
const GUARD = 'signal=$1; shift; "$@" </dev/null & cat >/dev/null; kill -s "$signal" $!; wait $!'

/** Starts a database server with a data folder of its own, as an unprivileged user, on a free port of 127.0.0.1. */
export const startDaemon = async ({
  name,
  prepare,
  start,
  ready,
  signal,
}: Daemon): Promise<Pick<DatabaseService, 'port' | 'stop'>> => {
  const folder = mkdtempSync(join(tmpdir(), `waxseal-${name}-`))
  const user = unprivileged()
  if (user) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const options = { cwd: folder, ...user, env: { PATH: process.env.PATH ?? '', HOME: folder, TMPDIR: folder, LC_ALL: 'C' } }
  try {
    const [program, ...args] = prepare(data)
    execFileSync(program, args, { ...options, stdio: 'pipe' })
    const port = await freePort()
    const child = spawn('sh', ['-c', GUARD, 'sh', signal, ...start(data, port)], {
      ...options,
      stdio: ['pipe', 'ignore', 'pipe'],
    })
    const gone = new Promise<void>((resolve) => child.once('close', () => resolve()))
    const stop = async () => {
      child.stdin.end()
      await gone
      rmSync(folder, { recursive: true, force: true })
    }
    let output = ''
    try {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${name} did not listen in time.\n${output}`)), START_LIMIT_MS)
        timer.unref()
        child.once('error', reject)
        child.stderr.on('data', (chunk: Buffer) => {
          output = (output + chunk).slice(-8192)
          if (ready.test(output)) resolve()
        })
        void gone.then(() => reject(new Error(`${name} ended before it listened.\n${output}`)))
      })
    } catch (error) {
      await stop()
      throw error
    }
    return { port, stop }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}
