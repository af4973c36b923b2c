import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { installed, type Recipe, targetOf } from './cache.ts'
import { atLeast, run, versionOf } from './program.ts'

// A newer toolchain is never downloaded, and settings of the machine do not change what is built.
const ENVIRONMENT = { GOTOOLCHAIN: 'local', GOFLAGS: '', GOWORK: 'off', CGO_ENABLED: '0' }

const source = (name: string): string => join(import.meta.dirname, 'go', name)
const version = (): string | undefined => versionOf('go', 'env', 'GOVERSION')

/** Why the program in `go/NAME` cannot be built here, `undefined` where it can. */
export const goMissing = (name: string): string | undefined => {
  const minimum = /^go (\S+)$/m.exec(readFileSync(join(source(name), 'go.mod'), 'utf8'))?.[1] ?? ''
  const found = version()
  if (found && atLeast(found, minimum)) return undefined
  return `it needs Go ${minimum} or newer; ${found ? `this is ${found}` : 'there is none'}`
}

/** How one program differs from others. */
export interface GoBuild {
  /** Files of `go/NAME` beside go.mod, go.sum and main.go that matter. */
  readonly files?: readonly string[]
  /** Completes the copy of `go/NAME` in which the program is built. */
  prepare?(folder: string): Promise<void>
}

const recipe = (name: string, moduleVersion: string, { files = [] }: GoBuild): Omit<Recipe, 'build'> => ({
  name: `${name}-${moduleVersion}`,
  files: ['go.mod', 'go.sum', 'main.go', ...files].map((file) => join(source(name), file)),
  tool: `${version()} ${process.platform} ${process.arch}`,
})

/** Whether `goProgram` would find the program built. */
export const goInstalled = (name: string, moduleVersion: string, build: GoBuild = {}): boolean =>
  existsSync(targetOf(recipe(name, moduleVersion, build)))

/** Builds the program in `go/NAME` with the module versions of its go.sum; returns the path of the program. */
export const goProgram = async (name: string, moduleVersion: string, build: GoBuild = {}): Promise<string> => {
  const missing = goMissing(name)
  if (missing) throw new Error(`${name}: ${missing}.`)
  const folder = await installed({
    ...recipe(name, moduleVersion, build),
    build: async (fresh) => {
      const copy = join(fresh, 'source')
      cpSync(source(name), copy, { recursive: true })
      await build.prepare?.(copy)
      const flags = ['-buildvcs=false', '-trimpath', '-ldflags=-s -w']
      await run('go', ['build', ...flags, '-o', join(fresh, name), '.'], { cwd: copy, env: ENVIRONMENT })
      rmSync(copy, { recursive: true })
    },
  })
  return join(folder, name)
}

/** Copies a published module into `folder`, writable; `sum` is its hash as go.sum has it. */
export const goModule = async (module: string, sum: string, folder: string): Promise<void> => {
  const described = await run('go', ['mod', 'download', '-json', module], { cwd: tmpdir(), env: ENVIRONMENT })
  const { Dir, Sum } = JSON.parse(described) as { Dir: string; Sum: string }
  if (Sum !== sum) throw new Error(`${module} is not what it was: its hash is ${Sum}, not ${sum}.`)
  // Modules lie read-only in Go's cache, and cpSync keeps that.
  mkdirSync(folder)
  for (const entry of readdirSync(Dir, { recursive: true, withFileTypes: true })) {
    const target = join(folder, relative(Dir, entry.parentPath), entry.name)
    if (entry.isDirectory()) mkdirSync(target, { recursive: true })
    else {
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, readFileSync(join(entry.parentPath, entry.name)))
    }
  }
}
