import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild'
import { embedded, isTest, standsIn } from './embedded.ts'
import { FINISH } from './hosts.ts'
import { sealAll } from './identity.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const repository = fileURLToPath(new URL('../../', import.meta.url))

/** Where a package's bundles lie: below it, so that each runtime finds what the package imports; runs do not disturb each other. */
export const OUT = `.out/runtimes-${process.pid}`

/** What a module is bundled for. `node`: Node, Bun and Deno, which resolve what the module imports by themselves. */
export type Host = 'node' | 'workerd' | 'browser'

const manifestOf = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string
    imports?: Record<string, Record<string, string>>
    peerDependenciesMeta?: Record<string, { optional?: boolean }>
  }

// Sources are bundled, not the built files; `imports` of package.json names the latter.
const sourceImports = (folder: string, host: Host): Plugin => ({
  name: 'source-imports',
  setup: (b) => {
    const { imports = {} } = manifestOf(folder)
    b.onResolve({ filter: /^#/ }, ({ path }) => {
      const target = imports[path]?.[host] ?? imports[path]?.default
      return target ? { path: join(folder, target.replace('./dist/', './src/').replace(/\.js$/, '.ts')) } : undefined
    })
  },
})

// A bundle lies elsewhere than the files that it is made of.
const ownAddress: Plugin = {
  name: 'own-address',
  setup: (b) => {
    b.onLoad({ filter: /\/(packages|tooling)\/.*\.ts$/ }, ({ path }) => {
      const text = path.includes('/node_modules/') ? '' : readFileSync(path, 'utf8')
      if (!text.includes('import.meta.url')) return undefined
      return { contents: text.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)), loader: 'ts' }
    })
  },
}

// What a package imports stays outside, so that the runtime chooses by its own conditions. Tooling is TypeScript, which not every
// Node reads, and is not to be found from the package's folder.
const packagesOutside = (folder: string): Plugin => ({
  name: 'packages-outside',
  setup: (b) => {
    b.onResolve({ filter: /^[^./#]/ }, async ({ path, importer, kind, resolveDir, pluginData }) => {
      if (pluginData === 'judged' || kind === 'entry-point' || isBuiltin(path)) return undefined
      if (path === 'vitest') return { path: join(here, 'mini-vitest.ts') }
      const own = `${importer || resolveDir}/`.startsWith(`${folder}/`)
      if (importer.startsWith(here)) return undefined
      if (own && !path.startsWith('@waxseal/')) return { path, external: true }
      const found = await b.resolve(path, { importer, kind, resolveDir, pluginData: 'judged' })
      if (found.path.endsWith('.ts')) return { path: found.path }
      return { path: own ? path : found.path, external: true }
    })
  },
})

// Seen in the graph of imports, with and without the prefix, where there is none of them.
const modulesOutside: Plugin = {
  name: 'modules-outside',
  setup: (b) => {
    b.onResolve({ filter: /^[a-z_:/0-9]+$/ }, ({ path }) =>
      isBuiltin(path) && path !== 'buffer/' ? { path, external: true } : undefined,
    )
  },
}

const base = (host: Host): BuildOptions => ({
  bundle: true,
  format: 'esm',
  target: 'es2022',
  // Deno reads no escape of half a character before another one.
  charset: 'utf8',
  platform: host === 'workerd' ? 'neutral' : host,
  // As bundlers for Workers and for pages choose.
  mainFields: host === 'node' ? ['module', 'main'] : ['browser', 'module', 'main'],
  conditions: host === 'workerd' ? ['workerd', 'worker', 'browser', 'import'] : ['import'],
  alias: { vitest: join(here, 'mini-vitest.ts') },
  external: ['node:*'],
  write: false,
  metafile: true,
  logLevel: 'silent',
  ...(host === 'node' && {
    banner: {
      js: `import { createRequire as __createRequire } from 'node:module'\nconst require = __createRequire(import.meta.url)`,
    },
  }),
})

const optionsFor = (folder: string, host: Host, data: boolean): BuildOptions => ({
  ...base(host),
  plugins: [
    sourceImports(folder, host),
    ...(host === 'node' ? [packagesOutside(folder), ownAddress] : [embedded(folder, data, host === 'browser')]),
  ],
})

const outside = (metafile: Metafile | undefined): string[] =>
  Object.values(metafile?.outputs ?? {}).flatMap(({ imports }) => imports.map(({ path }) => path))

const missing = (error: unknown): string[] =>
  ((error as { errors?: { text: string }[] }).errors ?? [{ text: String(error) }]).map(
    ({ text }) => /^Could not resolve "([^"]+)"/.exec(text)?.[1] ?? text,
  )

// The modules of Node, by one name each; where it is something else, that. The first three of many.
const named = (needed: readonly string[]): string => {
  const builtins = needed.filter((name) => isBuiltin(name)).map((name) => `node:${name.replace('node:', '')}`)
  const names = [...new Set(builtins.length > 0 ? builtins : needed)].sort()
  return `${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}`
}

const needs = async (options: BuildOptions, optional: readonly string[] = []): Promise<string | undefined> => {
  try {
    const wanted = outside((await build(options)).metafile)
    const needed = wanted.filter((path) => !optional.some((name) => path === name || path.startsWith(`${name}/`)))
    return needed.length === 0 ? undefined : named(needed)
  } catch (error) {
    return named(missing(error))
  }
}

/** What the built main entry of a package needs and `host` has not, its dependencies and the libraries that it requires included. */
export const neededBy = (folder: string, host: Host): Promise<string | undefined> => {
  const optional = Object.entries(manifestOf(folder).peerDependenciesMeta ?? {}).flatMap(([name, meta]) =>
    meta.optional ? [name] : [],
  )
  const options = base(host)
  const external = [...(options.external ?? []), ...optional]
  return needs({ ...options, external, entryPoints: [join(folder, 'dist/index.js')] }, optional)
}

// Takes four seconds to start, and what is tested with it is the SQL.
const DATABASE = '@electric-sql/pglite'

const SUPPORTED = new Set(['fn', 'restoreAllMocks', 'spyOn', 'stubGlobal', 'unstubAllGlobals', 'waitFor', 'waitUntil'])

/** Why files cannot run there, found out and not kept in a list that grows stale. */
type Obstacles = Map<string, string | undefined>

// Built once for all files; then the graph of their imports is walked from each.
const judge = async (files: readonly string[], folder: string, host: Host): Promise<Obstacles> => {
  const contents = files.map((file) => `import(${JSON.stringify(file)})`).join('\n')
  const plugins: Plugin[] = host === 'node' ? [] : [modulesOutside]
  const options = optionsFor(folder, host, false)
  const { metafile } = await build({
    ...options,
    stdin: { contents, resolveDir: folder, loader: 'ts' },
    absWorkingDir: repository,
    plugins: [...plugins, ...(options.plugins ?? [])],
  })
  const needed = (importer: string, path: string): boolean => {
    if (host === 'node') return path.includes(DATABASE)
    return !(isTest(join(repository, importer)) && standsIn(readFileSync(join(repository, importer), 'utf8'), path))
  }
  const wanted = (file: string): string[] => {
    const reached = new Set([relative(repository, file)])
    const found: string[] = []
    for (const input of reached)
      for (const { path, external } of metafile?.inputs[input]?.imports ?? []) {
        if (!external) reached.add(path)
        else if (needed(input, path)) found.push(path)
      }
    return found
  }
  return new Map(
    files.map((file) => {
      const found = wanted(file)
      return [file, found.length === 0 ? undefined : host === 'node' ? DATABASE : named(found)]
    }),
  )
}

const obstacles = async (files: readonly string[], folder: string, host: Host): Promise<Obstacles> => {
  const unsupported = files.flatMap((file): [string, string][] => {
    const used = [...readFileSync(file, 'utf8').matchAll(/\bvi\.(\w+)/g)].map(([, name = '']) => name)
    const first = used.find((name) => !SUPPORTED.has(name))
    return first === undefined ? [] : [[file, `vi.${first}`]]
  })
  const left = new Map(unsupported)
  const others = files.filter((file) => !left.has(file))
  return new Map([...left, ...(await judge(others, folder, host))])
}

/** Test files of one package, bundled into one module that runs them. */
export interface Bundle {
  readonly code: string
  /** The files left out and what they need that is not there. */
  readonly left: readonly { readonly file: string; readonly needs: string }[]
}

/** Bundles the test files that can run in `host`, and a test that the built package loads there. */
export const bundleTests = async (folder: string, files: readonly string[], host: Host): Promise<Bundle> => {
  const found = await obstacles(files, folder, host)
  const judged = files.map((file) => ({ file, needs: found.get(file) }))
  const fit = judged.filter(({ needs }) => needs === undefined).map(({ file }) => file)
  // Imported when run, not when loaded: workerd allows no randomness and no clock in a module's own scope.
  const loads = fit.map((file) => `${JSON.stringify(relative(repository, file))}: () => import(${JSON.stringify(file)})`)
  const entry = host === 'node' ? manifestOf(folder).name : join(folder, 'dist/index.js')
  const contents = `import { expect, it, runFiles } from ${JSON.stringify(join(here, 'mini-vitest.ts'))}
const built = async () => it('loads', async () => expect(Object.keys(await import(${JSON.stringify(entry)}))).not.toEqual([]))
const run = () => runFiles({ 'the built package': built, ${loads.join(', ')} })
${FINISH[host]}`
  const { outputFiles } = await build({
    ...optionsFor(folder, host, true),
    stdin: { contents, resolveDir: folder, loader: 'ts' },
  })
  return {
    code: outputFiles?.[0]?.text ?? '',
    left: judged.flatMap(({ file, needs }) => (needs === undefined ? [] : [{ file: relative(repository, file), needs }])),
  }
}

const generated = async (host: Host, contents: string): Promise<string> => {
  const options = base(host)
  const { outputFiles } = await build({
    ...options,
    stdin: { contents: `${contents}\n${FINISH[host]}`, resolveDir: here, loader: 'ts' },
    // Packages stay outside, so that each runtime chooses the backend by the conditions that it sets itself.
    ...(host === 'node' && { external: ['node:*', '@waxseal/*', '*/backend.mjs'] }),
  })
  return outputFiles?.[0]?.text ?? ''
}

/** Seals and opens what Node sealed, by the built core. */
export const bundleComparison = async (host: Host): Promise<string> =>
  generated(
    host,
    `import { compare } from ${JSON.stringify(join(here, 'identity.ts'))}
const run = () => compare(${JSON.stringify(await sealAll())})`,
  )

/** Asks the built packages what works. Only a module within core can name what its `imports` choose. */
export const bundleProbe = (host: Host): Promise<string> => {
  const folder = join(repository, 'packages/core', OUT)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'backend.mjs'), "export { backend } from '#backend'\n")
  return generated(
    host,
    `import { backend } from ${JSON.stringify(join(folder, 'backend.mjs'))}
import { probe } from ${JSON.stringify(join(here, 'probe.ts'))}
const run = () => probe(backend)`,
  )
}
