import { mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pinnedNode } from '../start/steps.mjs'
import { execute, freshEnvironment } from './execute.ts'
import type { Registry } from './registry.ts'
import type { Release } from './release.ts'

const fixtures = fileURLToPath(new URL('./fixtures/', import.meta.url))

/** What every example prints: the start of an envelope, what came out of it again, and the refusal under another context. */
export const EXPECTED = 'wax1.c256.k1~1 {"invoice":17,"card":"4111 1111 1111 1111"} open_failed'

/** An empty folder and an empty home on which a consumer starts. */
export interface Place {
  readonly folder: string
  readonly release: Release
  /** Writes a file. */
  write(path: string, content: string): void
  /** Puts a copy of an example program here. */
  example(name: string, path?: string): void
  /** Puts copies of example programs here. */
  examples(...names: string[]): void
  /** Runs a program here, on `node` if it is a script of Node; resolves to what it printed. */
  run(
    file: string,
    args: readonly string[],
    options?: { node?: string; env?: Record<string, string>; input?: string },
  ): Promise<string>
  /** `npm install` of packages of this release and others. */
  npmInstall(names: readonly string[], ...flags: string[]): Promise<void>
}

/** A consumer of what was published. Resolves to what it shows; throws what is wrong. */
export interface Consumer {
  readonly name: string
  readonly check: (place: Place) => Promise<string>
  /** Why it cannot be run on this machine. */
  readonly skip?: string | undefined
}

/** Throws unless an example printed what every example must. */
export const expectOutput = (output: string, expected = EXPECTED): string => {
  if (output !== expected) throw new Error(`expected ${expected}\nbut got  ${output}`)
  return output
}

/** Throws where a bundle for the web wants a module of Node. */
export const expectNoNode = (code: string): void => {
  const found = code.match(/["']node:[a-z/_]+["']/)
  if (found) throw new Error(`the bundle names ${found[0]}`)
}

export const createPlace = (scratch: string, consumer: string, registry: Registry, release: Release): Place => {
  const folder = mkdtempSync(join(scratch, `${consumer.replaceAll(/[^a-z0-9]+/gi, '-')}-`))
  const home = mkdtempSync(join(scratch, 'home-'))
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  const example: Place['example'] = (name, path = name) => write(path, readFileSync(join(fixtures, name), 'utf8'))
  const run: Place['run'] = (file, args, { node = pinnedNode(), env = {}, input = '' } = {}) => {
    const path = [dirname(realpathSync(node)), '/usr/local/bin', '/usr/bin', '/bin'].join(':')
    return execute(file, args, { cwd: folder, env: { ...freshEnvironment(home, path), ...env }, input })
  }
  write('package.json', JSON.stringify({ name: 'consumer', private: true, type: 'module' }))
  write('.npmrc', `registry=${registry.url}\n`)
  return {
    folder,
    release,
    write,
    run,
    example,
    examples: (...names) => {
      for (const name of names) example(name)
    },
    npmInstall: async (names, ...flags) => {
      await run('npm', ['install', '--no-audit', '--no-fund', ...flags, ...names])
    },
  }
}
