import { spawn } from 'node:child_process'

/** A running server that a test talks to. */
export interface Service {
  /** The program and its version, for messages. */
  readonly name: string
  /** Where it listens, on 127.0.0.1 and a port of its own: `http://127.0.0.1:34743`. */
  readonly url: string
  /** Ends the process and waits until it is gone. */
  stop(): Promise<void>
}

const START_LIMIT_MS = 60_000
const STOP_LIMIT_MS = 5_000
const KEPT_OUTPUT = 8192

/** What `launch` adds: the line in which the server said where it listens. */
export interface Launched extends Service {
  readonly line: string
}

/**
 * Starts a server that takes a free port itself and, once it listens, prints a line with `http://127.0.0.1:PORT`.
 *
 * Its standard input is a pipe that stays open. The server must end when that closes: so it is gone even after this process was
 * killed.
 */
export const launch = async (name: string, file: string, args: readonly string[]): Promise<Launched> => {
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.on('error', () => {})
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const stop = async (): Promise<void> => {
    child.stdin.end()
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS)
    await gone
    clearTimeout(timer)
  }
  let output = ''
  let timer: NodeJS.Timeout | undefined
  const started = new Promise<[line: string, url: string]>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`${name} ${why}.\n${output.trim()}`))
    const read = (chunk: Buffer): void => {
      output = (output + chunk).slice(-KEPT_OUTPUT)
      const [, line, url] = /^(.*?(http:\/\/127\.0\.0\.1:\d+).*)\n/m.exec(output) ?? []
      if (line && url) resolve([line, url])
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('error', (error) => fail(`could not be started: ${error.message}`))
    child.once('exit', (code, signal) => fail(`ended before it listened (${signal ?? `exit code ${code}`})`))
    timer = setTimeout(() => fail(`did not listen within ${START_LIMIT_MS / 1000} s`), START_LIMIT_MS)
  })
  try {
    const [line, url] = await started
    return { name, line, url, stop }
  } catch (error) {
    await stop()
    throw error
  } finally {
    clearTimeout(timer)
  }
}
