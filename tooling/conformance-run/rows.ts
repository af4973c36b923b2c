import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Host, neededBy } from './bundle.ts'
import type { Target } from './targets.ts'

const packages = fileURLToPath(new URL('../../packages/', import.meta.url))

/** A published library and where it can run, as its package.json and its imports tell. */
export interface Row {
  readonly name: string
  readonly folder: string
  readonly files: readonly string[]
  /** Why it cannot run there; undefined where it can. */
  readonly refusal: (target: Target) => string | undefined
}

interface Manifest {
  readonly exports: Record<string, unknown>
  readonly engines: { readonly node: string }
  readonly peerDependencies?: Record<string, string>
  readonly peerDependenciesMeta?: Record<string, { readonly optional?: boolean }>
}

const rowOf = async (name: string): Promise<Row | undefined> => {
  const folder = join(packages, name)
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  // A command is no library.
  if (!('.' in manifest.exports)) return undefined
  const [workerd, browser] = await Promise.all([neededBy(folder, 'workerd'), neededBy(folder, 'browser')])
  const missing: Record<Host, string | undefined> = { node: undefined, workerd, browser }
  const hosted = Object.keys(manifest.peerDependencies ?? {}).find(
    (peer) => manifest.peerDependenciesMeta?.[peer]?.optional !== true,
  )
  const lowest = Number(/\d+/.exec(manifest.engines.node)?.[0])
  return {
    name,
    folder,
    files: globSync('test/**/*.test.ts', { cwd: folder, exclude: ['**/*.service.test.ts'] })
      .sort()
      .map((file) => join(folder, file)),
    refusal: ({ host, node = lowest }) => {
      if (node < lowest) return `needs Node ${lowest}`
      // A host library that opens sockets or files itself is tested on the Node of the tools; one that only follows calls, anywhere.
      if (host === 'node') return hosted && missing.browser && missing.browser !== 'node:async_hooks' ? `as ${hosted}` : undefined
      return missing[host] && `needs ${missing[host]}`
    },
  }
}

/** Every published library. */
export const rowsOf = async (): Promise<readonly Row[]> => {
  const names = globSync('*/package.json', { cwd: packages }).map((path) => path.replace('/package.json', ''))
  const rows = await Promise.all(names.sort().map(rowOf))
  return rows.filter((row) => row !== undefined)
}
