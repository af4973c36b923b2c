import { execFileSync, spawn } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A running server that is told its port. */
export interface DaemonService {
  /** On 127.0.0.1. */
  readonly port: number
  /** The folder for its data, gone after `stop`. */
  readonly data: string
  /** Ends the server, waits until it is gone and removes its data. */
  stop(): Promise<void>
}

/** A running database server. */
export interface DatabaseService extends DaemonService {
  readonly user: string
  readonly database: string
}

const START_LIMIT_MS = 60_000
const ATTEMPTS = 5
const TAKEN = /address already in use/i

const unprivileged = (): { uid: number; gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))))
    })
  })

type Command = [file: string, ...args: string[]]

interface Daemon {
  readonly name: string
  /** Whether the program does not run as root. */
  readonly refusesRoot?: boolean
  /** Makes the data folder. */
  readonly prepare?: (data: string) => Command
  readonly start: (data: string, port: number) => Command
  /** What it prints once it listens. */
  readonly ready: RegExp
  /** What makes it end at once, and in order. */
  readonly signal: 'INT' | 'TERM'
}

// The server's guard ends with the server, and ends it when standard input closes: this process says so, or is gone.
const GUARD = `signal=$1; shift; exec 3<&0
"$@" </dev/null 3<&- & server=$!
{ cat <&3; kill -s "$signal" "$server"; } >/dev/null 2>&1 &
wait "$server"`

/** `undefined` when another program has taken the port meanwhile. */
const startOn = async (
  port: number,
  { name, refusesRoot, prepare, start, ready, signal }: Daemon,
): Promise<DaemonService | undefined> => {
  const folder = mkdtempSync(join(tmpdir(), `waxseal-${name}-`))
  const user = refusesRoot ? unprivileged() : undefined
  if (user) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const options = { cwd: folder, ...user, env: { PATH: process.env.PATH ?? '', HOME: folder, TMPDIR: folder, LC_ALL: 'C' } }
  try {
    if (prepare) {
      const [program, ...args] = prepare(data)
      execFileSync(program, args, { ...options, stdio: 'pipe' })
    }
    const child = spawn('sh', ['-c', GUARD, 'sh', signal, ...start(data, port)], { ...options, stdio: 'pipe' })
    const gone = new Promise<void>((resolve) => child.once('close', () => resolve()))
    const stop = async () => {
      child.stdin.end()
      await gone
      rmSync(folder, { recursive: true, force: true })
    }
    let output = ''
    let timer: NodeJS.Timeout | undefined
    try {
      await new Promise<void>((resolve, reject) => {
        const fail = (why: string): void => reject(new Error(`${name} ${why}.\n${output.trim()}`))
        const read = (chunk: Buffer): void => {
          output = (output + chunk).slice(-8192)
          if (ready.test(output)) resolve()
        }
        child.stdout.on('data', read)
        child.stderr.on('data', read)
        child.once('error', reject)
        void gone.then(() => fail('ended before it listened'))
        timer = setTimeout(() => fail('did not listen in time'), START_LIMIT_MS)
      })
      return { port, data, stop }
    } catch (error) {
      await stop()
      if (TAKEN.test(output)) return undefined
      throw error
    } finally {
      clearTimeout(timer)
    }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/** Starts a server with a folder of its own on a free port of 127.0.0.1. */
export const startDaemon = async (daemon: Daemon): Promise<DaemonService> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const service = await startOn(await freePort(), daemon)
    if (service) return service
  }
  throw new Error(`${daemon.name} found ${ATTEMPTS} free ports taken when it listened.`)
}
