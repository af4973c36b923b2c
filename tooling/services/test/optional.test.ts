import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const repository = join(import.meta.dirname, '../../..')

// Vault takes minutes to build; adk-secure-sessions needs Python 3.12, and rows that it wrote are read where there is none.
it('lets nobody but Vault and adk-secure-sessions be absent where skips are refused', () => {
  const files = globSync(['tooling/services/*.ts', 'packages/*/test/**/*.ts', 'apps/*/test/**/*.ts'], { cwd: repository })
  const saying = files.filter((file) => readFileSync(join(repository, file), 'utf8').includes('optional: '))
  const names = ['adk-secure-sessions', 'install', 'vault']
  expect(saying.sort()).toEqual(names.map((name) => `tooling/services/${name}.ts`))
  const installer = readFileSync(join(repository, 'tooling/services/install.ts'), 'utf8')
  expect(installer.match(/.*optional: true.*/g)).toEqual([
    expect.stringContaining("name: 'adk-secure-sessions'"),
    expect.stringContaining("name: 'vault'"),
  ])
})
