import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { runtimes } from '@waxseal/runtimes'
import { build } from 'esbuild'
import { median } from './measure.ts'

const here = fileURLToPath(new URL('.', import.meta.url))

const CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [(name = "worker.mjs", esModule = embed "worker.mjs")], compatibilityDate = "2026-08-01"))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]);
`

const SEALING = `import { createSealer, staticKeys } from '@waxseal/core'
const keys = staticKeys([{ kid: 'k1', key: new Uint8Array(32).map((_, i) => i * 7) }])
const sealer = createSealer({ keys })
const context = { app: 'billing', job: 'invoice' }
`

/** Workers that answer one request, from the one that does nothing to the one that seals. */
const WORKERS = {
  'an empty worker': `export default { fetch: () => new Response('wax') }`,
  '@waxseal/core imported, nothing sealed': `${SEALING}export default { fetch: () => new Response(sealer ? 'wax' : '') }`,
  '@waxseal/core imported, one value sealed': `${SEALING}export default {
  async fetch() { return new Response(await sealer.seal({ card: '4111 1111 1111 1111' }, { context })) } }`,
}

export interface ColdStart {
  readonly worker: string
  /** From the start of the process to the first answer, median. */
  readonly milliseconds: number
  /** Of the bundle, minified. */
  readonly bytes: number
  readonly gzipBytes: number
}

/** How long workerd takes from its start to its first answer; workers take turns in each round. Undefined where there is no workerd. */
export async function coldStarts(rounds: number): Promise<ColdStart[] | undefined> {
  const { workerd } = runtimes
  if (!workerd) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'waxseal-cold-'))
  try {
    const workers = await Promise.all(
      Object.entries(WORKERS).map(async ([worker, contents], i) => {
        const { outputFiles } = await build({
          stdin: { contents, resolveDir: here },
          bundle: true,
          minify: true,
          format: 'esm',
          platform: 'neutral',
          mainFields: ['module', 'main'],
          conditions: ['workerd'],
          write: false,
          logLevel: 'error',
        })
        const code = outputFiles[0]!.contents
        writeFileSync(join(folder, `worker${i}.mjs`), code)
        const config = join(folder, `config${i}.capnp`)
        writeFileSync(config, CONFIG.replace('embed "worker.mjs"', `embed "worker${i}.mjs"`))
        return { worker, config, bytes: code.length, gzipBytes: gzipSync(code).length, times: [] as number[] }
      }),
    )
    for (let round = 0; round < rounds; round++)
      for (const { config, times } of workers) times.push(await firstAnswer(workerd, config))
    return workers.map(({ config: _, times, ...rest }) => ({ ...rest, milliseconds: median(times) }))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Milliseconds from the start of workerd to its first answer, which must be about wax. */
async function firstAnswer(program: string, config: string): Promise<number> {
  const startedAt = performance.now()
  const child = spawn(program, ['serve', config, '--control-fd=1'], { stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    const port = await new Promise<number>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`workerd ended with ${code}`)))
      createInterface({ input: child.stdout }).on('line', (line) => {
        const event = JSON.parse(line) as { event: string; port?: number }
        if (event.event === 'listen' && event.port) resolve(event.port)
      })
    })
    const answer = await (await fetch(`http://127.0.0.1:${port}/`)).text()
    if (!answer.startsWith('wax')) throw new Error(`workerd answered ${answer}`)
    return performance.now() - startedAt
  } finally {
    child.removeAllListeners('exit')
    const ended = new Promise((resolve) => child.once('close', resolve))
    child.kill('SIGKILL')
    await ended
  }
}
