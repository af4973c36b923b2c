import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** One thing to install. */
export interface Recipe {
  /** Name and exact version; part of the folder's name. */
  readonly name: string
  /** The files that say what is installed: a change of any gives a new folder. */
  readonly files: readonly string[]
  /** What else it depends on: the version of the compiler or the interpreter. */
  readonly tool: string
  /** Puts all into an empty folder, which is then moved: nothing in it may hold its path. */
  build(folder: string): Promise<void>
}

const PROGRESS_MS = 30_000
const uid = process.getuid?.() ?? 0

/** Where the services lie: `$XDG_CACHE_HOME/waxseal-services`, else a folder of this user under the temporary one. */
export const cacheFolder = (): string => {
  const home = process.env.XDG_CACHE_HOME
  const folder = home ? join(home, 'waxseal-services') : join(tmpdir(), `waxseal-services-${uid}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  // Programs are started from it, and in the temporary folder anyone may have made one of that name.
  const found = lstatSync(folder)
  if (!found.isDirectory() || (process.getuid && found.uid !== uid))
    throw new Error(`${folder} is not a folder of this user: remove it, or set XDG_CACHE_HOME.`)
  return folder
}

const fingerprint = ({ files, tool }: Omit<Recipe, 'build'>): string => {
  const hash = createHash('sha256').update(tool)
  for (const file of files) hash.update('\0').update(readFileSync(file))
  return hash.digest('hex').slice(0, 16)
}

/** The folder of a recipe, whether it is there or not. */
export const targetOf = (recipe: Omit<Recipe, 'build'>): string => join(cacheFolder(), `${recipe.name}-${fingerprint(recipe)}`)

/**
 * The folder of a recipe, built when it is not there yet. It is built beside and then renamed, so that it is whole or absent; of
 * two processes that build at once the second one throws its own away.
 */
export const installed = async (recipe: Recipe): Promise<string> => {
  const target = targetOf(recipe)
  if (existsSync(target)) return target
  const startedAtMs = performance.now()
  const seconds = (): string => ((performance.now() - startedAtMs) / 1000).toFixed(1)
  console.log(`${recipe.name}: installing ...`)
  const progress = setInterval(() => console.log(`${recipe.name}: still installing after ${seconds()} s`), PROGRESS_MS)
  const fresh = mkdtempSync(`${target}.`)
  try {
    await recipe.build(fresh)
    try {
      renameSync(fresh, target)
    } catch (error) {
      if (!existsSync(target)) throw error
    }
  } finally {
    clearInterval(progress)
    rmSync(fresh, { recursive: true, force: true })
  }
  console.log(`${recipe.name}: installed in ${seconds()} s`)
  return target
}
