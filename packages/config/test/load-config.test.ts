import { join } from 'node:path'
import { itIf } from '@waxseal/test'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../src/index.js'
import { folderWith, refusal } from './bench.js'

const SECRET = 'swordfish-canary'

describe('loadConfig', () => {
  it.each([
    ['waxseal.config.json', '{ "keys": "env://K" }'],
    ['waxseal.config.mjs', "export default { keys: 'env://K' }"],
  ])('finds %s', async (name, text) => {
    const directory = folderWith({ [name]: text })
    expect(await loadConfig(undefined, { directory })).toEqual({ config: { keys: 'env://K' }, path: join(directory, name) })
  })

  const itTypes = itIf(
    'typescript' in process.features || !process.versions.node.startsWith('20.'),
    'this Node reads no TypeScript',
  )
  itTypes('finds waxseal.config.ts', async () => {
    const directory = folderWith({ 'waxseal.config.ts': "const keys: string = 'env://K'\nexport default { keys }" })
    expect((await loadConfig(undefined, { directory })).config).toEqual({ keys: 'env://K' })
  })

  it('loads the file that is named', async () => {
    const directory = folderWith({ 'other.json': '{ "keys": "env://OTHER" }', 'waxseal.config.json': '{}' })
    expect((await loadConfig('other.json', { directory })).config).toEqual({ keys: 'env://OTHER' })
  })

  it.each([
    ['no file', {}, undefined, 'there is no waxseal.config.ts, waxseal.config.js or waxseal.config.json here'],
    [
      'several',
      { 'waxseal.config.mjs': '', 'waxseal.config.json': '' },
      undefined,
      'there are waxseal.config.mjs and waxseal.config.json',
    ],
    ['a file that is not there', {}, 'a.json', 'there is no file '],
    ['another ending', { 'a.yaml': '' }, 'a.yaml', 'a configuration file ends in .ts, .mts, .mjs, .js, .json'],
    [
      'what no schema sees',
      { 'a.json': '{ "tables": [{ "context": { "__proto__": "x" } }] }' },
      'a.json',
      'a.json has a member __proto__',
    ],
    ['JSON that is none', { 'a.json': `{ "${SECRET}` }, 'a.json', 'a.json is no JSON'],
    ['code that is none', { 'a.mjs': `export default ${SECRET} ${SECRET}` }, 'a.mjs', 'a.mjs cannot be loaded ('],
    ['code that fails', { 'a.mjs': `throw new Error('${SECRET}')` }, 'a.mjs', 'a.mjs cannot be loaded (Error) at line 1'],
    [
      'code without a default',
      { 'a.mjs': 'export const config = {}' },
      'a.mjs',
      'a.mjs exports no default: export default defineConfig(',
    ],
    ['what does not fit', { 'a.json': '{ "keys": 1 }' }, 'a.json', 'a.json does not fit:\n- keys must be'],
  ])('refuses %s', async (_, files, path, said) => {
    const directory = folderWith(files)
    const message = await refusal(() => loadConfig(path, { directory }))
    expect(message).toContain(said)
    expect(message).not.toContain(SECRET)
  })
})
