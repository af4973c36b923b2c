import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const repository = join(import.meta.dirname, '../../..')

it('lets nobody but Vault be absent where skips are refused', () => {
  const files = globSync(['tooling/services/*.ts', 'packages/*/test/**/*.ts', 'apps/*/test/**/*.ts'], { cwd: repository })
  const saying = files.filter((file) => readFileSync(join(repository, file), 'utf8').includes('optional: '))
  expect(saying.sort()).toEqual(['tooling/services/install.ts', 'tooling/services/vault.ts'])
  const installer = readFileSync(join(repository, 'tooling/services/install.ts'), 'utf8')
  expect(installer.match(/.*optional: true.*/g)).toEqual([expect.stringContaining("name: 'vault'")])
})
