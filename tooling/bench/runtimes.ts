import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runtimes } from '@waxseal/runtimes'
import { build } from 'esbuild'
import type { RuntimeCosts } from './costs.ts'
import { execute, FINISH, reportIn } from './host.ts'
import type { RuntimeOptions } from './runtime-entry.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const out = join(here, '.out')

/** workerd tells wall time alone, whose median needs more rounds. */
const WALL_CLOCK = 5

const WORKERD_CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = (
  modules = [(name = "bench.mjs", esModule = embed "bench.mjs")],
  compatibilityDate = "2026-08-01", compatibilityFlags = ["nodejs_compat"]))]);
`

const entry = (options: RuntimeOptions, finish: string): string => `import { run as runHere } from './runtime-entry.ts'
const run = () => runHere(${JSON.stringify(options)})
${finish}`

/** On a runtime that takes a script; packages stay outside, so that it chooses their entry by the conditions that it sets itself. */
const onScript =
  (name: 'bun' | 'deno', first: readonly string[]) =>
  async (program: string, options: RuntimeOptions): Promise<RuntimeCosts> => {
    mkdirSync(out, { recursive: true })
    const outfile = join(out, `${name}.mjs`)
    await build({
      stdin: { contents: entry(options, FINISH.script), resolveDir: here, loader: 'ts' },
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      logLevel: 'error',
    })
    return reportIn(await execute(program, [...first, outfile]))
  }

/** On workerd with its Node compatibility, which the peers need; Waxseal itself takes its entry for workerd. */
async function onWorkerd(program: string, options: RuntimeOptions): Promise<RuntimeCosts> {
  const folder = mkdtempSync(join(tmpdir(), 'waxseal-bench-'))
  try {
    await build({
      stdin: {
        contents: entry({ ...options, rounds: WALL_CLOCK * (options.rounds ?? 1), web: true }, FINISH.workerd),
        resolveDir: here,
        loader: 'ts',
      },
      outfile: join(folder, 'bench.mjs'),
      bundle: true,
      format: 'esm',
      platform: 'node',
      conditions: ['workerd'],
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire('/');" },
      logLevel: 'error',
    })
    writeFileSync(join(folder, 'config.capnp'), WORKERD_CONFIG)
    return reportIn(await execute(program, ['test', join(folder, 'config.capnp')]))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The other runtimes that are installed. */
export const hosts = (
  [
    ['bun', runtimes.bun, onScript('bun', [])],
    ['deno', runtimes.deno, onScript('deno', ['run', '-A', '--no-lock', '--v8-flags=--expose-gc'])],
    ['workerd', runtimes.workerd, onWorkerd],
  ] as const
).flatMap(([name, program, run]) => (program ? [{ name, run: (options: RuntimeOptions) => run(program, options) }] : []))
