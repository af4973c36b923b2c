import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createSealer, WaxsealError } from '@waxseal/core'
import { openKeys } from '@waxseal/core/keys'
import { createTestSealer } from '@waxseal/core/testing'
import { describeIf } from '@waxseal/test'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fileKeys, fileUri, generateKey } from '../src/index.ts'

const context = { app: 'billing', job: 'invoice' }
const call = { now: () => 0 }
let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waxseal-keys-'))
  path = join(folder, 'keys')
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

const write = (text: string, mode = 0o600, to = path) => {
  writeFileSync(to, text)
  chmodSync(to, mode)
}

const thrown = (run: () => unknown): WaxsealError => {
  try {
    run()
  } catch (error) {
    if (WaxsealError.is(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

const kidsOf = (keys: ReturnType<typeof fileKeys>) => keys.keys?.().map(({ kid }) => kid)

describe('the file', () => {
  it('holds entries by line or comma, comments and blank lines', () => {
    write(`# production\n\nk3:${generateKey()}\r\nk2:${generateKey()}, k1~4:${generateKey()}\n  # the end\n`)
    expect(kidsOf(fileKeys(path))).toEqual(['k3', 'k2', 'k1'])
  })

  it('may hold one bare key', () => {
    write(`${generateKey()}\n`)
    expect(kidsOf(fileKeys(path))).toEqual(['k1'])
    expect(kidsOf(fileKeys(path, { kid: 'mounted' }))).toEqual(['mounted'])
  })

  it('seals with the first key and opens with all, also synchronously', () => {
    const [first, second] = [generateKey(), generateKey()]
    write(`k1:${first}`)
    const old = createSealer({ keys: fileKeys(path) }).sealSync('letter', { context })
    write(`k2:${second}\nk1:${first}`)
    const sealer = createSealer({ keys: fileKeys(path) })
    expect(sealer.openSync(old, { context })).toBe('letter')
    expect(sealer.sealSync('letter', { context })).toMatch(/^wax1\.c256\.k2~1\./)
  })

  it('may be a symbolic link, as mounted secrets are', () => {
    write(`k1:${generateKey()}`, 0o600, join(folder, 'target'))
    symlinkSync('target', path)
    expect(kidsOf(fileKeys(path))).toEqual(['k1'])
    chmodSync(join(folder, 'target'), 0o644)
    expect(thrown(() => fileKeys(path)).message).toContain('0644')
  })

  it('is refused where it is missing, a folder, a pipe, empty or large', () => {
    expect(thrown(() => fileKeys(path))).toMatchObject({ code: 'config', message: expect.stringContaining('ENOENT') })
    symlinkSync('nowhere', path)
    expect(thrown(() => fileKeys(path)).message).toContain('ENOENT')
    mkdirSync(join(folder, 'folder'), { mode: 0o700 })
    expect(thrown(() => fileKeys(join(folder, 'folder'))).message).toContain('no regular file')
    if (existsSync('/usr/bin/mkfifo')) {
      execFileSync('/usr/bin/mkfifo', ['-m', '600', join(folder, 'pipe')])
      expect(thrown(() => fileKeys(join(folder, 'pipe'))).message).toContain('no regular file')
    }
    rmSync(path)
    write('')
    expect(thrown(() => fileKeys(path)).message).toContain('no key')
    write('# only a comment\n')
    expect(thrown(() => fileKeys(path)).message).toContain('no key')
    write(`k1:${generateKey()}\n${'#'.repeat(65536)}`)
    expect(thrown(() => fileKeys(path)).message).toContain('65536')
  })

  it('is refused with the number of the entry and nothing that it holds', () => {
    const key = generateKey()
    write(`k1:${key}\nk2:${key.slice(1)}\n`)
    const error = thrown(() => fileKeys(path))
    expect(error.code).toBe('config')
    expect(error.message).toContain(`${path}: entry 2 of 2`)
    expect(`${error.message} ${error.stack} ${error.cause}`).not.toContain(key.slice(1, 12))
  })
})

describeIf(process.platform !== 'win32', 'Windows files have no such permissions')('its permissions', () => {
  it.each([0o640, 0o604, 0o620, 0o602, 0o610, 0o644, 0o666, 0o777])('of mode %o are refused', (mode) => {
    write(`k1:${generateKey()}`, mode)
    expect(thrown(() => fileKeys(path))).toMatchObject({
      code: 'config',
      message: expect.stringContaining(`0${mode.toString(8)}`),
    })
  })

  it('may be wider where allowMode says so, and no wider than that', () => {
    write(`k1:${generateKey()}`, 0o440)
    expect(kidsOf(fileKeys(path, { allowMode: 0o640 }))).toEqual(['k1'])
    chmodSync(path, 0o444)
    expect(thrown(() => fileKeys(path, { allowMode: 0o640 })).code).toBe('config')
    expect(kidsOf(fileKeys(path, { allowMode: 0o644 }))).toEqual(['k1'])
  })

  it('are checked again when they change', () => {
    write(`k1:${generateKey()}`)
    const keys = fileKeys(path, { reloadMs: 0 })
    keys.current(undefined, call)
    chmodSync(path, 0o644)
    expect(thrown(() => keys.current(undefined, call)).code).toBe('config')
  })
})

describe('a changed file', () => {
  it('is read again, at most every reloadMs of the sealer’s clock', async () => {
    let now = 1_000_000
    const [first, second] = [generateKey(), generateKey()]
    write(`k1:${first}`)
    const sealer = createTestSealer({ keys: fileKeys(path, { reloadMs: 10_000 }), now: () => now })
    const old = await sealer.seal('letter', { context })
    write(`k2:${second}\nk1:${first}`)
    now += 9_999
    expect(await sealer.seal('letter', { context })).toContain('.k1~1.')
    now += 1
    expect(await sealer.seal('letter', { context })).toContain('.k2~1.')
    expect(await sealer.open(old, { context })).toBe('letter')
  })

  it('is seen where another file took its place, of the same size and time', () => {
    const at = new Date(1_700_000_000_000)
    write(`k1:${generateKey()}`)
    utimesSync(path, at, at)
    const keys = fileKeys(path, { reloadMs: 0 })
    const before = keys.current(undefined, call)
    write(`k1:${generateKey()}`, 0o600, `${path}.new`)
    utimesSync(`${path}.new`, at, at)
    renameSync(`${path}.new`, path)
    expect(keys.current(undefined, call)).not.toBe(before)
  })

  it('is not read while it stays the same', () => {
    write(`k1:${generateKey()}`)
    const keys = fileKeys(path, { reloadMs: 0 })
    expect(keys.current(undefined, call)).toBe(keys.current(undefined, call))
  })

  it('is looked at again when the clock was set back', () => {
    let now = 1_000_000
    write(`k1:${generateKey()}`)
    const keys = fileKeys(path, { reloadMs: 60_000 })
    keys.current(undefined, { now: () => now })
    write(`k2:${generateKey()}`)
    now = 500_000
    expect(keys.current(undefined, { now: () => now })).toMatchObject({ kid: 'k2' })
  })

  it('that is wrong stops sealing and opening until it is right again', () => {
    const key = generateKey()
    write(`k1:${key}`)
    const sealer = createSealer({ keys: fileKeys(path, { reloadMs: 0 }) })
    const sealed = sealer.sealSync('letter', { context })
    for (const broken of ['k1:', `k1:${key},`, '']) {
      write(broken)
      for (const run of [() => sealer.sealSync('x', { context }), () => sealer.openSync(sealed, { context })])
        expect(thrown(run)).toMatchObject({ code: 'config', message: expect.stringContaining(path) })
    }
    rmSync(path)
    expect(thrown(() => sealer.openSync(sealed, { context })).code).toBe('config')
    write(`k1:${key}`)
    expect(sealer.openSync(sealed, { context })).toBe('letter')
  })

  it('that lost a key no longer opens with it', () => {
    const key = generateKey()
    write(`k1:${key}`)
    const sealer = createSealer({ keys: fileKeys(path, { reloadMs: 0 }) })
    const sealed = sealer.sealSync('letter', { context })
    write(`k2:${generateKey()}`)
    expect(thrown(() => sealer.openSync(sealed, { context })).code).toBe('key_not_found')
  })

  it('is never read again with reloadMs Infinity', () => {
    write(`k1:${generateKey()}`)
    const keys = fileKeys(path, { reloadMs: Number.POSITIVE_INFINITY })
    rmSync(path)
    expect(keys.current(undefined, call)).toMatchObject({ kid: 'k1' })
  })
})

describe('options', () => {
  it.each([[{ reloadMs: -1 }], [{ reloadMs: Number.NaN }], [{ allowMode: 1.5 }], [{ allowMode: 0o1000 }], [{ allowMode: -1 }]])(
    '%o is refused',
    (options) => {
      write(`k1:${generateKey()}`)
      expect(thrown(() => fileKeys(path, options)).code).toBe('config')
    },
  )

  it('a path that is empty is refused', () => {
    expect(thrown(() => fileKeys('')).code).toBe('config')
  })

  it('a runtime without files is refused', () => {
    write(`k1:${generateKey()}`)
    vi.stubGlobal('process', undefined)
    try {
      expect(thrown(() => fileKeys(path)).message).toContain('file system')
    } finally {
      vi.unstubAllGlobals()
    }
  })
})

describe('fileUri', () => {
  it('opens file:// through openKeys, escapes decoded', () => {
    const spaced = join(folder, 'my keys')
    write(`k5:${generateKey()}`, 0o600, spaced)
    const keys = openKeys(pathToFileURL(spaced).href, { file: fileUri }, { env: {} })
    expect(keys.kind === 'source' && keys.current(undefined, call)).toMatchObject({ kid: 'k5' })
  })

  it.each(['file://keys', 'file://host/keys', 'file:///keys?x', 'file:///keys#x', 'http://keys', 'keys'])('refuses %s', (uri) => {
    expect(thrown(() => fileUri(uri)).code).toBe('config')
  })
})
