import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Weight, weigh } from './weigh.ts'

interface Manifest {
  name: string
  private?: boolean
  exports?: Record<string, unknown>
  dependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
}

/** An entry of a published package: what a user of all that it exports loads. Peers are the user's own and stay outside. */
export interface Entry {
  /** As it is imported: `@waxseal/core/keys`. */
  readonly name: string
  /** With its dependencies. */
  readonly whole: Weight
  /** Its own code alone. */
  readonly own: Weight
}

const patterns = (names: Record<string, string> = {}): string[] => Object.keys(names).flatMap((name) => [name, `${name}/*`])

const entriesOf = (folder: string): Promise<Entry>[] => {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  if (manifest.private) return []
  const peers = patterns(manifest.peerDependencies)
  const others = [...peers, ...patterns(manifest.dependencies)]
  return Object.keys(manifest.exports ?? {})
    .filter((path) => !path.endsWith('.json'))
    .map(async (path) => {
      const name = manifest.name + path.slice(1)
      const source = `export * from '${name}'`
      return { name, whole: await weigh(source, folder, peers), own: await weigh(source, folder, others) }
    })
}

/** Weighs every entry of every published package, sorted by name. */
export const weighEntries = async (repository: string): Promise<Entry[]> => {
  const folders = globSync('packages/*/package.json', { cwd: repository }).map((path) => join(repository, dirname(path)))
  const entries = await Promise.all(folders.flatMap(entriesOf))
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** What an entry may weigh with its dependencies, gzipped; `null` for one that wants Node and is never loaded by a browser. */
export type EntryBudget = Readonly<Record<string, number | null>>

/** What is wrong with an entry, in a sentence, or nothing. */
export const entryProblem = ({ name, whole }: Entry, budget: EntryBudget): string | undefined => {
  const limit = budget[name]
  if (limit === undefined) return `${name} has no budget in entries.json (${whole.node.length > 0 ? 'null' : whole.gzipBytes})`
  if (limit === null)
    return whole.node.length > 0 ? undefined : `${name} no longer wants Node: give it a budget (${whole.gzipBytes})`
  if (whole.node.length > 0) return `${name} wants ${whole.node.join(', ')}`
  return whole.gzipBytes > limit ? `${name} weighs ${whole.gzipBytes} B, its budget is ${limit} B` : undefined
}
