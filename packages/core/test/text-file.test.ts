import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { readTextFile } from '../src/keys/text-file.ts'

const directory = mkdtempSync(join(tmpdir(), 'waxseal-'))
afterAll(() => rmSync(directory, { recursive: true }))
const file = (text: string) => {
  const path = join(directory, `${text.length}`)
  writeFileSync(path, text)
  return path
}
const failure = (path: string) => readTextFile(path, 'the file').catch((error: unknown) => error)

it('is read, up to 64 KiB', async () => {
  expect(await readTextFile(file('token\n'), 'the file')).toBe('token\n')
  expect(await readTextFile(file('x'.repeat(65_536)), 'the file')).toHaveLength(65_536)
  expect(await failure(file('x'.repeat(65_537)))).toMatchObject({ code: 'config', message: 'the file has more than 65536 bytes' })
})

it('is config where it cannot be had', async () => {
  const missing = join(directory, 'missing')
  expect(await failure(missing)).toMatchObject({ code: 'config', message: 'the file cannot be read (ENOENT)' })
  const builtin = vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never)
  try {
    expect(await failure(missing)).toMatchObject({ code: 'config', message: 'the file needs a runtime with a file system' })
  } finally {
    builtin.mockRestore()
  }
})
