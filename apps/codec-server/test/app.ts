import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))

export const TOKEN = randomBytes(32).toString('base64url')
export const KEY = randomBytes(32).toString('base64')
export const AUDIT_KEY = randomBytes(32)
/** What the processes of the tests get of the environment: the secrets that configurations name. */
export const ENV = { WAXSEAL_KEYS: `k1:${KEY}`, AUDIT_KEY: AUDIT_KEY.toString('base64') }

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** A folder of this test alone. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'waxseal-codec-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

type Json = Record<string, unknown>

/** A configuration that works; `codecServer` is merged into its own. */
export function configOf({ codecServer, ...rest }: { codecServer?: Json; [name: string]: unknown } = {}): Json {
  return {
    keys: 'env://WAXSEAL_KEYS',
    audit: { to: 'stdout', key: { id: 'a1', secret: 'env:AUDIT_KEY' } },
    ...rest,
    codecServer: {
      auth: { tokens: [{ id: 'ann', sha256: sha256(TOKEN), groups: ['fraud'] }] },
      policy: [{ who: ['group:fraud'], give: 'clear' }],
      ...codecServer,
      listen: { port: 0, ...(codecServer?.listen as Json) },
    },
  }
}

/** Runs the program until it ends. */
export async function run(args: readonly string[], env: Record<string, string>, cwd = tmpdir()) {
  const child = spawn(process.execPath, [main, ...args], { cwd, env })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const [code] = await once(child, 'close')
  return { code, stdout, stderr }
}

export interface App {
  readonly child: ChildProcess
  readonly port: number
  readonly metricsPort: number
  /** Its log so far. */
  readonly lines: readonly Json[]
  /** The exit code; the signal where one ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
  /** The first line of an event, when it comes. */
  line(event: string): Promise<Json>
}

/** Starts the built program with a configuration or the path of one, and waits until it listens. It is ended with the test. */
export async function start(config: Json | string, env: Record<string, string> = {}): Promise<App> {
  const child = spawn(process.execPath, [main], {
    env: { ...ENV, ...env, WAXSEAL_CONFIG: typeof config === 'string' ? config : JSON.stringify(config) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const lines: Json[] = []
  const waiting = new Map<string, (line: Json) => void>()
  const said: string[] = []
  createInterface({ input: child.stderr }).on('line', (text) => {
    if (!text.startsWith('{')) return void said.push(text)
    const line = JSON.parse(text) as Json
    lines.push(line)
    waiting.get(String(line.event))?.(line)
  })
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals)
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const line = (event: string) =>
    new Promise<Json>((resolve, reject) => {
      const there = lines.find((each) => each.event === event)
      if (there) return resolve(there)
      waiting.set(event, resolve)
      ended.then((code) => reject(new Error(`it ended with ${code} before ${event}: ${said.join('\n')}`)))
    })
  const { port, metricsPort } = await line('started')
  return { child, port: port as number, metricsPort: metricsPort as number, lines, ended, line }
}

/** Asks for an operation with ann's token. */
export const ask = (port: number, path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })

/** A call that opens nothing and is recorded. */
export const call = (port: number, headers: Record<string, string> = {}) => ask(port, '/open', { document: {} }, headers)

export const ready = async (port: number) => {
  const response = await fetch(`http://127.0.0.1:${port}/ready`)
  return { code: response.status, ...((await response.json()) as Json) }
}
