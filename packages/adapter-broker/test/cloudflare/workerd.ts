import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'

const program = join(import.meta.dirname, '../../node_modules/workerd/bin/workerd')
const PROGRAMS = ['worker', 'queue'] as const

const config = (key: string): string => `using Workerd = import "/workerd/workerd.capnp";
const flags :List(Text) = ["service_binding_extra_handlers"];
const config :Workerd.Config = (
  services = [
    (name = "worker", worker = (
      modules = [(name = "worker.mjs", esModule = embed "worker.mjs")], compatibilityDate = "2026-08-01",
      bindings = [(name = "ORDERS", queue = "queue"), (name = "WAXSEAL_KEYS", text = ${JSON.stringify(key)})])),
    (name = "queue", worker = (
      modules = [(name = "queue.mjs", esModule = embed "queue.mjs")], compatibilityDate = "2026-08-01",
      compatibilityFlags = .flags, bindings = [(name = "CONSUMER", service = "worker")]))],
  sockets = [
    (name = "worker", address = "127.0.0.1:0", http = (), service = "worker"),
    (name = "queue", address = "127.0.0.1:0", http = (), service = "queue")]);
`

/** Where the two programs listen. */
export interface Workerd {
  readonly worker: string
  readonly queue: string
  stop(): Promise<void>
}

/** A worker that sends to a queue and consumes it, and the queue, in a plain workerd without Node's modules. */
export async function startWorkerd(key: string): Promise<Workerd> {
  const folder = mkdtempSync(join(tmpdir(), 'waxseal-workerd-'))
  await build({
    entryPoints: PROGRAMS.map((name) => join(import.meta.dirname, `${name}.ts`)),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['workerd', 'import'],
    logLevel: 'error',
  })
  writeFileSync(join(folder, 'config.capnp'), config(key))
  const args = ['serve', '--experimental', '--control-fd=3', join(folder, 'config.capnp')]
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] })
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const ports = await new Promise<Record<string, string>>((resolve, reject) => {
    const found: Record<string, string> = {}
    let text = ''
    child.stdio[3]!.on('data', (chunk) => {
      text += chunk
      for (const line of text.split('\n').slice(0, -1)) {
        const { event, socket, port } = JSON.parse(line)
        if (event === 'listen') found[socket] = `http://127.0.0.1:${port}`
      }
      if (PROGRAMS.every((name) => found[name])) resolve(found)
    })
    void gone.then(() => reject(new Error('workerd ended before it listened')))
  })
  return {
    worker: ports.worker!,
    queue: ports.queue!,
    async stop() {
      child.kill()
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
