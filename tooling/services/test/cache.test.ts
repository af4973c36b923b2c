import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { installed, type Recipe } from '../cache.ts'

describe('the cache of services', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'waxseal-cache-test-'))
    vi.stubEnv('XDG_CACHE_HOME', folder)
    vi.spyOn(console, 'log').mockImplementation(() => {})
    writeFileSync(join(folder, 'pins'), 'one')
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
    rmSync(folder, { recursive: true })
  })

  let builds = 0
  const recipe = (change: Partial<Recipe> = {}): Recipe => ({
    name: 'toy-1.0.0',
    files: [join(folder, 'pins')],
    tool: 'go1.26.8',
    build: async (fresh) => {
      builds++
      await new Promise((resolve) => setTimeout(resolve, 10))
      writeFileSync(join(fresh, 'toy'), '')
    },
    ...change,
  })

  it('builds once', async () => {
    builds = 0
    const first = await installed(recipe())
    expect(await installed(recipe())).toBe(first)
    expect(builds).toBe(1)
    expect(existsSync(join(first, 'toy'))).toBe(true)
  })

  it('has another folder for other pins and for another compiler', async () => {
    const first = await installed(recipe())
    expect(await installed(recipe({ tool: 'go1.27.0' }))).not.toBe(first)
    writeFileSync(join(folder, 'pins'), 'two')
    expect(await installed(recipe())).not.toBe(first)
  })

  it('gives two that build at once the same folder and leaves no other', async () => {
    const [first, second] = await Promise.all([installed(recipe()), installed(recipe())])
    expect(second).toBe(first)
    expect(readdirSync(join(folder, 'waxseal-services'))).toHaveLength(1)
  })

  it('keeps nothing of a build that failed', async () => {
    await expect(installed(recipe({ build: () => Promise.reject(new Error('no registry')) }))).rejects.toThrow('no registry')
    expect(readdirSync(join(folder, 'waxseal-services'))).toEqual([])
  })

  it('refuses what is not a folder of this user', async () => {
    mkdirSync(join(folder, 'home'))
    writeFileSync(join(folder, 'home/waxseal-services'), '')
    vi.stubEnv('XDG_CACHE_HOME', join(folder, 'home'))
    await expect(installed(recipe())).rejects.toThrow()
  })
})
