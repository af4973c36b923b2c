import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSecret } from '../src/index.js'
import { folderWith, refusal } from './bench.js'

describe('readSecret', () => {
  it('reads the environment and files, without the end of the line', () => {
    const file = join(folderWith({ secret: 'swordfish\r\n' }), 'secret')
    expect(readSecret('env:SECRET', { SECRET: 'swordfish' })).toBe('swordfish')
    expect(readSecret(`file:${file}`, {})).toBe('swordfish')
    expect(readSecret(`file://${file}`, {})).toBe('swordfish')
  })

  it('refuses what is missing, empty or open to everybody', async () => {
    const folder = folderWith({ secret: 'swordfish', empty: '\n', large: 'a'.repeat(70_000) })
    const read = (reference: string) => refusal(() => readSecret(reference, { EMPTY: '' }))
    expect(await read('env:MISSING')).toBe('env:MISSING is missing or empty')
    expect(await read('env:EMPTY')).toBe('env:EMPTY is missing or empty')
    for (const name of ['constructor', '__proto__', 'toString'])
      expect(await read(`env:${name}`)).toBe(`env:${name} is missing or empty`)
    expect(await read(`file:${folder}/empty`)).toContain('/empty is missing or empty')
    expect(await read(`file:${folder}/none`)).toContain('/none cannot be read (ENOENT)')
    expect(await read(`file:${folder}`)).toMatch(/cannot be read \(EISDIR\)|is open to everybody/)
    expect(await read(`file:${folder}/large`)).toContain('the limit is 65536')
    chmodSync(join(folder, 'secret'), 0o644)
    expect(await read(`file:${folder}/secret`)).toMatch(/\/secret is open to everybody \(mode 0644\)/)
    expect(await read('swordfish')).toBe('a secret is named by env:NAME or file:/path')
  })
})
