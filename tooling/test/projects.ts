import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProjectInlineConfiguration } from 'vitest/config'

const repository = fileURLToPath(new URL('../../', import.meta.url))

interface Manifest {
  readonly name: string
  readonly imports?: Record<string, string | Record<string, string>>
}

const manifestOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest

/** Of a package and an app of one name, the folders are alike, and the packages are not. */
const nameOf = (folder: string): string => manifestOf(folder).name.replace('@waxseal/', '')

// Tests of a package run on its sources; `imports` of package.json names the built files. Without this a test would hold two
// copies of the backend, one of them stale.
const sourceImports = (folder: string): Record<string, string> => {
  const { imports = {} } = manifestOf(folder)
  const source = (target: string): string => join(folder, target.replace('./dist/', './src/').replace(/\.js$/, '.ts'))
  return Object.fromEntries(
    Object.entries(imports).flatMap(([name, target]) => {
      const chosen = typeof target === 'string' ? target : (target.node ?? target.default)
      return chosen ? [[name, source(chosen)]] : []
    }),
  )
}

const SERVICES = 'test/**/*.service.test.ts'

/** Which files a run takes: those that need a running key service, or all the others. */
export type Tier = 'plain' | 'services'

/** One vitest project for every workspace package that has a `test` folder. */
export const projects = (tier: Tier): TestProjectInlineConfiguration[] =>
  ['packages', 'apps', 'tooling', '.']
    .map((path) => join(repository, path))
    .filter(existsSync)
    .flatMap((parent) => readdirSync(parent).map((name) => join(parent, name)))
    .filter((folder) => existsSync(join(folder, 'test')) && existsSync(join(folder, 'package.json')))
    .sort()
    .map((folder) => ({
      extends: true,
      root: folder,
      resolve: { alias: sourceImports(folder) },
      test:
        tier === 'services'
          ? { name: nameOf(folder), include: [SERVICES] }
          : { name: nameOf(folder), include: ['test/**/*.test.ts'], exclude: [SERVICES] },
    }))
