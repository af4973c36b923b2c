import { existsSync, readFileSync } from 'node:fs'
import { basename, extname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { WaxsealError } from '@waxseal/core'
import type { WaxsealConfig } from './config.js'
import { parseConfig } from './parse-config.js'

const EXTENSIONS = ['.ts', '.mts', '.mjs', '.js', '.json']
const NAMES = EXTENSIONS.map((extension) => `waxseal.config${extension}`)

export interface LoadOptions {
  /** Where a file is looked for, and what a relative path begins at. Default: the working directory. */
  readonly directory?: string | undefined
}

export interface LoadedConfig {
  readonly config: WaxsealConfig
  /** Absolute. */
  readonly path: string
}

const config = (message: string): never => {
  throw new WaxsealError('config', message)
}

/** The path of the one configuration file of a folder; undefined where there is none, `config` where there are several. */
export function findConfig(directory: string = process.cwd()): string | undefined {
  const found = NAMES.filter((name) => existsSync(join(directory, name)))
  if (found.length > 1) config(`there are ${found.join(' and ')}: keep one of them`)
  return found[0] && join(directory, found[0])
}

/**
 * Loads and checks a configuration file: the one of this path, or `waxseal.config.ts`, `.mts`, `.mjs`, `.js` or `.json` of the directory.
 * TypeScript needs Node 22.18 or later, Bun or Deno. `config` where there is none, it cannot be loaded, or it does not fit; the message
 * repeats nothing that stands in it.
 *
 * @example
 * const { config } = await loadConfig()
 */
export async function loadConfig(path?: string, { directory = process.cwd() }: LoadOptions = {}): Promise<LoadedConfig> {
  const file = path === undefined ? findConfig(directory) : resolve(directory, path)
  if (file === undefined) return config(`there is no ${NAMES[0]}, ${NAMES[3]} or ${NAMES[4]} here: make one, or name yours`)
  if (!EXTENSIONS.includes(extname(file))) config(`a configuration file ends in ${EXTENSIONS.join(', ')}`)
  if (!existsSync(file)) config(`there is no file ${file}`)
  const value = extname(file) === '.json' ? readJson(file) : await importDefault(file)
  return { config: parseConfig(value, { name: basename(file) }), path: file }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'), (name, value) =>
      // No schema would see it: a pair of a context would be gone without a word.
      name === '__proto__' ? config(`${basename(file)} has a member __proto__`) : value,
    )
  } catch (error) {
    if (WaxsealError.is(error)) throw error
    // The error of JSON.parse quotes what it read.
    return error instanceof SyntaxError ? config(`${basename(file)} is no JSON`) : unreadable(file, error)
  }
}

async function importDefault(file: string): Promise<unknown> {
  let module: { default?: unknown }
  try {
    module = await import(pathToFileURL(file).href)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_UNKNOWN_FILE_EXTENSION')
      return config(`${basename(file)} needs Node 22.18 or later: write a .mjs or .json file for this one`)
    if (WaxsealError.is(error)) throw error
    return unreadable(file, error)
  }
  return module.default ?? config(`${basename(file)} exports no default: export default defineConfig({ … })`)
}

/** The cause has the message, which may quote the file: for a debugger, not for a log. */
function unreadable(file: string, cause: unknown): never {
  const { code, name, stack = '' } = cause as NodeJS.ErrnoException
  const line = stack.split(`${basename(file)}:`)[1]?.match(/^\d+/)?.[0]
  // The stack of a SyntaxError is this program's.
  const where = name === 'SyntaxError' ? `: node --check ${basename(file)} shows where` : line ? ` at line ${line}` : ''
  throw new WaxsealError('config', `${basename(file)} cannot be loaded (${code ?? name})${where}`, { cause })
}
