import { execFileSync, spawn } from 'node:child_process'
import fs, {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { itIf } from '@waxseal/test'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createAuditTrail, fileSink, stdoutSink } from '../src/index.ts'
import { clock, keys } from './keys.ts'
import { expectQuiet, SECRETS } from './leaks.ts'

const entry = { actor: 'svc-deploy', operation: 'key.rotate', subject: 'orders' }
let folder: string
let path: string
const open = (stream = 'main') => createAuditTrail({ sink: fileSink(path), keys, stream, now: clock() })
const lines = () => readFileSync(path, 'utf8').trimEnd().split('\n')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waxseal-audit-'))
  path = join(folder, 'audit.jsonl')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('fileSink', () => {
  it('goes on where it ended', async () => {
    const first = open()
    await Promise.all(Array.from({ length: 8 }, () => first.append(entry)))
    await first.close()
    const second = open()
    expect((await second.append(entry)).seq).toBe(9)
    expect(await second.verify({ checkpoints: [await second.checkpoint()] })).toMatchObject({ ok: true, records: 9 })
    expect((await second.query({ after: 7 })).map(({ seq }) => seq)).toEqual([8, 9])
    await second.close()
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(existsSync(`${path}.lock`)).toBe(false)
  })

  it('brings records that wait at the same time to disk together, and answers none before', async () => {
    const { fdatasync } = fs
    const syncs: (() => void)[] = []
    const spy = vi
      .spyOn(fs, 'fdatasync')
      .mockImplementation(((file: number, done: (error: Error | null) => void) =>
        syncs.push(() => fdatasync(file, done))) as never)
    try {
      const trail = open()
      const answered: number[] = []
      const append = () => trail.append(entry).then(({ seq }) => answered.push(seq))
      const all = [append(), append(), append()]
      await vi.waitFor(() => expect(syncs.length).toBe(1))
      // These come while the first ones are on their way.
      all.push(append(), append())
      expect(lines().length).toBe(3)
      expect(answered).toEqual([])
      syncs[0]!()
      await vi.waitFor(() => expect(syncs.length).toBe(2))
      expect(answered).toEqual([1, 2, 3])
      syncs[1]!()
      await Promise.all(all)
      expect(answered).toEqual([1, 2, 3, 4, 5])
      expect(await trail.verify()).toMatchObject({ ok: true, records: 5 })
      await trail.close()
    } finally {
      spy.mockRestore()
    }
  })

  it('answers none of those whose bytes did not reach the disk, and writes nothing behind them', async () => {
    const spy = vi
      .spyOn(fs, 'fdatasync')
      .mockImplementation(((_: number, done: (error: Error | null) => void) => done(new Error('EIO'))) as never)
    const trail = open()
    const appended = await Promise.allSettled([trail.append(entry), trail.append(entry)])
    spy.mockRestore()
    expect(appended).toMatchObject([{ reason: { code: 'sink_failed' } }, { reason: { code: 'sink_failed' } }])
    await expect(trail.append(entry)).rejects.toMatchObject({ code: 'sink_failed' })
    await trail.close()
  })

  it('leaves out the one of them that cannot be made', async () => {
    const sink = fileSink(path)
    const trail = createAuditTrail({ sink, keys })
    const [first, bad, last] = await Promise.allSettled([
      trail.append(entry),
      sink.append('main', () => {
        throw new RangeError('cannot be made')
      }),
      trail.append(entry),
    ])
    expect([first, last]).toMatchObject([{ value: { seq: 1 } }, { value: { seq: 2 } }])
    expect(bad.status).toBe('rejected')
    expect(await trail.verify()).toMatchObject({ ok: true, records: 2 })
    await trail.close()
  })

  it('is empty before the first append', async () => {
    const trail = open()
    expect(await trail.verify()).toMatchObject({ ok: true, records: 0 })
    expect(await trail.query()).toEqual([])
    expect((await trail.checkpoint()).seq).toBe(0)
    expect(existsSync(`${path}.lock`)).toBe(false)
  })

  it('has one writer at a time, and any reader', async () => {
    const first = open()
    await first.append(entry)
    const second = open()
    await expect(second.append(entry)).rejects.toMatchObject({ code: 'conflict' })
    expect(await second.verify()).toMatchObject({ ok: true, records: 1 })
    await first.close()
    expect((await second.append(entry)).seq).toBe(2)
    await second.close()
  })

  it('takes over the lock of a process that is gone, and of no other', async () => {
    const gone = execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }).trim()
    // What this process writes: another thread or another copy of the package may hold it.
    const first = open()
    await first.append(entry)
    const own = readFileSync(`${path}.lock`, 'utf8')
    await first.close()
    const living = [own, own.replace(String(process.pid), String(process.ppid)).replace(/ \d+ /, ' - ')]
    for (const owner of [...living, `${gone} - t ${hostname()}x\n`, `${gone} ${hostname()}\n`, '']) {
      writeFileSync(`${path}.lock`, owner)
      await expect(open().append(entry)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('.lock') })
      expect(readFileSync(`${path}.lock`, 'utf8')).toBe(owner)
    }
    writeFileSync(`${path}.lock`, `${gone} - t ${hostname()}\n`)
    const trail = open()
    await trail.append(entry)
    await trail.close()
    expect(await open().verify()).toMatchObject({ ok: true, records: 2 })
    expect(readdirSync(folder)).toEqual(['audit.jsonl'])
  })

  itIf(process.platform === 'linux', 'only Linux tells when a process began')(
    'takes over the lock of a process whose id another has now, and of one that was killed and not yet waited for',
    async () => {
      const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] })
      try {
        const zombie = await new Promise<string>((resolve) =>
          parent.stdout.once('data', (chunk) => resolve(String(chunk).trim())),
        )
        await vi.waitFor(() => expect(readFileSync(`/proc/${zombie}/stat`, 'utf8')).toContain(' Z '))
        for (const owner of [`${process.pid} 1`, `${parent.pid} 1`, `${zombie} -`]) {
          writeFileSync(`${path}.lock`, `${owner} t ${hostname()}\n`)
          const trail = open()
          await trail.append(entry)
          await trail.close()
        }
      } finally {
        parent.kill('SIGKILL')
      }
    },
  )

  it('writes no more once its lock is gone, and leaves the lock of another alone', async () => {
    for (const owner of [undefined, `${process.ppid} - t ${hostname()}\n`]) {
      const trail = open()
      await trail.append(entry)
      rmSync(`${path}.lock`)
      if (owner) writeFileSync(`${path}.lock`, owner)
      await expect(trail.append(entry)).rejects.toMatchObject({ code: 'conflict' })
      await trail.close()
      expect(existsSync(`${path}.lock`)).toBe(owner !== undefined)
    }
  })

  it('has one writer whatever its path is called', async () => {
    const trail = open()
    await trail.append(entry)
    symlinkSync(path, join(folder, 'link'))
    symlinkSync(folder, join(folder, 'folder'))
    const names = [`${folder}/./audit.jsonl`, relative('.', path), join(folder, 'link'), join(folder, 'folder', 'audit.jsonl')]
    for (const name of names) {
      const other = createAuditTrail({ sink: fileSink(name), keys })
      await expect(other.append(entry), name).rejects.toMatchObject({ code: 'conflict' })
      expect(await other.verify()).toMatchObject({ ok: true, records: 1 })
    }
    await trail.close()
  })

  it('writes no more into a file that was moved, removed or replaced', async () => {
    const changes = [
      () => renameSync(path, `${path}.1`),
      () => rmSync(path),
      () => {
        copyFileSync(path, `${path}.2`)
        renameSync(`${path}.2`, path)
      },
    ]
    for (const change of changes) {
      const trail = open()
      await trail.append(entry)
      change()
      await expect(trail.append(entry)).rejects.toMatchObject({ code: 'conflict' })
      await trail.close()
      rmSync(path, { force: true })
    }
  })

  it('says how a torn line is mended, and goes on once it is', async () => {
    const first = open()
    await first.append(entry)
    await first.append(entry)
    await first.close()
    const whole = statSync(path).size
    for (const half of ['{"stream":"ma', lines()[1]!]) {
      appendFileSync(path, half)
      await expect(open().append(entry)).rejects.toMatchObject({
        code: 'torn',
        message: expect.stringContaining(`${whole} bytes`),
      })
      expect(existsSync(`${path}.lock`)).toBe(false)
      truncateSync(path, whole)
    }
    const mended = open()
    expect((await mended.append(entry)).seq).toBe(3)
    expect(await mended.verify()).toMatchObject({ ok: true, records: 3 })
    await mended.close()
  })

  it('writes nothing behind what somebody else wrote', async () => {
    const trail = open()
    await trail.append(entry)
    appendFileSync(path, `${lines()[0]}\n`)
    await expect(trail.append(entry)).rejects.toMatchObject({ code: 'conflict' })
    expect(await trail.verify()).toMatchObject({ flaw: { seq: 2, reason: 'changed' } })
    await trail.close()
  })

  it('holds one stream', async () => {
    const trail = open()
    await trail.append(entry)
    await trail.close()
    const other = open('other')
    await expect(other.append(entry)).rejects.toMatchObject({ code: 'config' })
    expect(await other.verify()).toMatchObject({ flaw: { seq: 1, reason: 'changed' } })
  })

  it.each<[string, (list: string[]) => void, number]>([
    ['removed', (list) => list.splice(2, 1), 3],
    ['swapped', (list) => list.splice(1, 2, list[2]!, list[1]!), 2],
    ['doubled', (list) => list.splice(3, 0, list[2]!), 4],
    ['no JSON', (list) => list.splice(2, 1, 'x'), 3],
    ['null', (list) => list.splice(2, 1, 'null'), 3],
    ['a member more', (list) => list.splice(2, 1, list[2]!.replace('{', '{"approved":true,')), 3],
    ['a member twice', (list) => list.splice(2, 1, list[2]!.replace('{', '{"actor":"mallory",')), 3],
    ['a space more', (list) => list.splice(2, 1, `${list[2]} `), 3],
    ['a byte order mark more', (list) => list.splice(2, 1, `\ufeff${list[2]}`), 3],
    ['a list as hash', (list) => list.splice(2, 1, list[2]!.replace(/"previous":("\w+")/, '"previous":[$1]')), 3],
    ['changed', (list) => list.splice(2, 1, list[2]!.replace('svc-', 'svx-')), 3],
  ])('names the first line that was %s', async (_, change, seq) => {
    const trail = open()
    for (let i = 0; i < 5; i++) await trail.append(entry)
    await trail.close()
    const list = lines()
    change(list)
    writeFileSync(path, `${list.join('\n')}\n`)
    expect(await open().verify()).toMatchObject({ ok: false, flaw: { seq } })
  })

  it('gives a line that was forged to no reader as a record, and throws only errors of its own', async () => {
    const trail = open()
    for (let i = 0; i < 3; i++) await trail.append(entry)
    await trail.close()
    writeFileSync(path, `${[lines()[0], lines()[1]!.replace(/"previous":("\w+")/, '"previous":[$1]')].join('\n')}\n`)
    await expect(open().query()).rejects.toMatchObject({ code: 'tampered' })
  })

  it('is not led past records by a line with a number from before', async () => {
    const trail = open()
    await trail.append(entry)
    const since = await trail.checkpoint()
    for (let i = 0; i < 2; i++) await trail.append({ ...entry, subject: 'others' })
    await trail.close()
    writeFileSync(path, `${[lines()[0], lines()[1]!.replace('svc-', 'svx-'), lines()[2], lines()[0]].join('\n')}\n`)
    const reader = open()
    await reader.query({ subject: 'none' })
    expect(await reader.verify({ since })).toMatchObject({ flaw: { seq: 2, reason: 'changed' } })
  })

  it('does not read a line without an end into memory', async () => {
    const trail = open()
    for (let i = 0; i < 2; i++) await trail.append(entry)
    await trail.close()
    const file = openSync(path, 'a')
    for (let i = 0; i < 640; i++) writeSync(file, new Uint8Array(1 << 17).fill(0x20))
    closeSync(file)
    const startedAt = performance.now()
    expect(await open().verify()).toMatchObject({ flaw: { seq: 3, reason: 'changed' } })
    await expect(open().append(entry)).rejects.toMatchObject({ code: 'config' })
    expect(performance.now() - startedAt).toBeLessThan(2_000)
  })

  it('finds a record that stands twice where a page ends', async () => {
    const written: string[] = []
    const trail = createAuditTrail({ sink: stdoutSink({ write: (line) => void written.push(line) }), keys })
    for (let i = 0; i < 5_001; i++) await trail.append(entry)
    writeFileSync(path, `${written.join('\n')}\n`)
    expect(await open().verify()).toMatchObject({ ok: true, records: 5_001 })
    written.splice(5_000, 0, written[4_999]!)
    writeFileSync(path, `${written.join('\n')}\n`)
    expect(await open().verify()).toMatchObject({ flaw: { seq: 5_001, reason: 'changed' } })
  })

  it('is sink_failed where the folder is not there', async () => {
    path = join(folder, 'none', 'audit.jsonl')
    await expectQuiet(open().append(SECRETS), 'sink_failed', /\(ENOENT\)$/)
  })
})

describe('stdoutSink', () => {
  it('writes lines that a file can hold', async () => {
    const trail = createAuditTrail({ sink: stdoutSink({ write: (line) => appendFileSync(path, `${line}\n`) }), keys })
    await Promise.all(Array.from({ length: 8 }, () => trail.append(entry)))
    await expect(trail.query()).rejects.toMatchObject({ code: 'write_only' })
    await expect(trail.verify()).rejects.toMatchObject({ code: 'write_only' })
    expect(await open().verify()).toMatchObject({ ok: true, records: 8 })
  })

  it('writes a record on one line, whatever its reader takes for the end of one', async () => {
    const written: string[] = []
    const trail = createAuditTrail({ sink: stdoutSink({ write: (line) => void written.push(line) }), keys })
    await trail.append({ ...entry, details: { note: 'a\n\r\u0085\u2028\u2029\u001b[2J\u009b2J\u007f' } })
    expect(written[0]).not.toMatch(/[\p{Cc}\u2028\u2029]/u)
    writeFileSync(path, `${written[0]}\n`)
    expect(await open().verify()).toMatchObject({ ok: true, records: 1 })
    expect((await open().query())[0]?.details).toEqual({ note: 'a\n\r\u0085\u2028\u2029\u001b[2J\u009b2J\u007f' })
  })

  it('shows nothing of an entry in an error, whatever its writer threw', async () => {
    const write = (line: string) => {
      throw Object.assign(new Error(`not sent: ${line}`), { code: 'EPIPE', body: line })
    }
    const trail = createAuditTrail({ sink: stdoutSink({ write }), keys })
    await expectQuiet(trail.append(SECRETS), 'sink_failed', /\(EPIPE\)$/)
  })

  it('does not count what was not written', async () => {
    let fails = true
    const written: string[] = []
    const write = (line: string) => {
      if (fails) throw new Error('pipe')
      written.push(line)
    }
    const trail = createAuditTrail({ sink: stdoutSink({ write }), keys })
    await expect(trail.append(entry)).rejects.toMatchObject({ code: 'sink_failed' })
    fails = false
    expect((await trail.append(entry)).seq).toBe(1)
    expect(written).toHaveLength(1)
  })
})
