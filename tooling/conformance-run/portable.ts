import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'

const here = fileURLToPath(new URL('.', import.meta.url))
const repository = fileURLToPath(new URL('../../', import.meta.url))

/** A host that no vitest runs in, told by the `imports` conditions that it sets. */
export type Host = 'workerd' | 'browser'

// Sources are bundled, not the built files; `imports` of package.json names the latter.
const sourceImports = (packageFolder: string, host: Host): Plugin => ({
  name: 'source-imports',
  setup: (b) => {
    const { imports = {} } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as {
      imports?: Record<string, Record<string, string>>
    }
    b.onResolve({ filter: /^#/ }, ({ path }) => {
      const target = imports[path]?.[host] ?? imports[path]?.default
      return target ? { path: join(packageFolder, target.replace('./dist/', './src/').replace(/\.js$/, '.ts')) } : undefined
    })
  },
})

// Tests may write hex with Buffer; only they get one, so that sources which name it still fail where it is missing.
const bufferForTests = (packageFolder: string): Plugin => ({
  name: 'buffer-for-tests',
  setup: (b) => {
    b.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (!path.startsWith(join(packageFolder, 'test/'))) return undefined
      return { contents: `import { Buffer } from 'buffer/'\n${readFileSync(path, 'utf8')}`, loader: 'ts' }
    })
    b.onResolve({ filter: /^buffer\/$/ }, () => b.resolve('buffer/index.js', { resolveDir: here, kind: 'import-statement' }))
  },
})

const options = (packageFolder: string, host: Host) => ({
  bundle: true,
  format: 'esm' as const,
  target: 'es2022',
  platform: host === 'browser' ? ('browser' as const) : ('neutral' as const),
  mainFields: ['module', 'main'],
  conditions: [host, 'import'],
  alias: { vitest: join(here, 'mini-vitest.ts') },
  external: ['node:*'],
  plugins: [sourceImports(packageFolder, host), bufferForTests(packageFolder)],
  metafile: true as const,
  logLevel: 'silent' as const,
})

const SPIES = new Set(['fn', 'restoreAllMocks', 'spyOn'])

// Why a file cannot run there, found out and not kept in a list that grows stale.
const obstacle = async (file: string, packageFolder: string, host: Host): Promise<string | undefined> => {
  const needed = [...readFileSync(file, 'utf8').matchAll(/\bvi\.(\w+)/g)]
    .map(([, name = '']) => name)
    .find((name) => !SPIES.has(name))
  if (needed !== undefined) return `uses vi.${needed}`
  try {
    const { metafile } = await build({ ...options(packageFolder, host), entryPoints: [file], write: false })
    const wanted = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path))
    return wanted.length === 0 ? undefined : `imports ${[...new Set(wanted)].join(', ')}`
  } catch (error) {
    return String(error).split('\n')[1] ?? String(error)
  }
}

/** Test files of one package, bundled into one module that runs them in a host without vitest. */
export interface Portable {
  code: string
  files: string[]
  /** The files left out and why, one sentence each. */
  left: string[]
}

/** Bundles the test files that can run in `host`. `finish` is the source that calls `run()`, a promise of a report. */
export const portable = async (
  packageFolder: string,
  files: readonly string[],
  host: Host,
  finish: string,
): Promise<Portable> => {
  const judged = await Promise.all(files.map(async (file) => ({ file, why: await obstacle(file, packageFolder, host) })))
  const fit = judged.filter(({ why }) => why === undefined).map(({ file }) => file)
  // Imported when run, not when loaded: workerd allows no randomness and no clock in a module's own scope.
  const loads = fit.map((file) => `${JSON.stringify(relative(repository, file))}: () => import(${JSON.stringify(file)})`)
  const contents = `import { runFiles } from ${JSON.stringify(join(here, 'mini-vitest.ts'))}
const run = () => runFiles({ ${loads.join(', ')} })
${finish}`
  const { outputFiles } = await build({
    ...options(packageFolder, host),
    stdin: { contents, resolveDir: here, loader: 'ts' },
    write: false,
  })
  return {
    code: outputFiles[0]?.text ?? '',
    files: fit,
    left: judged.flatMap(({ file, why }) => (why === undefined ? [] : [`${relative(repository, file)} ${why}`])),
  }
}
