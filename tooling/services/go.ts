import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { installed } from './cache.ts'
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

/** Builds the program in `go/NAME` with the module versions of its go.sum; returns the path of the program. */
export const goProgram = async (name: string, moduleVersion: string): Promise<string> => {
  const missing = goMissing(name)
  if (missing) throw new Error(`${name}: ${missing}.`)
  const folder = await installed({
    name: `${name}-${moduleVersion}`,
    files: ['go.mod', 'go.sum', 'main.go'].map((file) => join(source(name), file)),
    tool: `${version()} ${process.platform} ${process.arch}`,
    build: (fresh) =>
      run('go', ['build', '-buildvcs=false', '-trimpath', '-ldflags=-s -w', '-o', join(fresh, name), '.'], {
        cwd: source(name),
        env: ENVIRONMENT,
      }),
  })
  return join(folder, name)
}
