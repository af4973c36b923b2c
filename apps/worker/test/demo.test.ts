import { createReadStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fieldPolicy, generateKey } from '@waxseal/core'
import { afterAll, describe, expect, it } from 'vitest'
import { type DemoOptions, runDemo } from '../src/demo.ts'
import { readJobs } from '../src/job-file.ts'
import { look } from '../src/look.ts'
import { plain } from '../src/paint.ts'
import { isGood, renderReport } from '../src/report.ts'

const silent = { start() {}, advance() {}, finish() {}, stop() {} }
const shipped = (limit: number) => readJobs(createReadStream(new URL('../data/jobs.jsonl', import.meta.url)), limit)
const directory = mkdtempSync(join(tmpdir(), 'waxseal-test-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const run = async (options: Partial<DemoOptions> = {}, limit = 40) =>
  runDemo({ jobs: await shipped(limit), progress: silent, signal: new AbortController().signal, ...options })

describe('runDemo', () => {
  it('handles every job, fails one on purpose and leaks nothing', async () => {
    const report = await run()
    expect(report).toMatchObject({ handled: 40, failed: 1, selfCheck: true, kept: undefined })
    expect(report.scan.hits).toEqual([])
    expect(report.scan.places).toBeGreaterThan(5)
    expect(report.scan.secrets.values.size).toBeGreaterThan(100)
    expect(isGood(report)).toBe(true)
    for (const { sent, stored, seen } of report.samples) {
      expect(seen).toEqual(sent)
      expect(JSON.stringify(stored)).toContain('wax1.')
    }
    expect(JSON.stringify(report.failure.stored)).not.toContain('4000000000000002')
    expect(JSON.stringify(report.failure.opened)).toContain('declined 4000000000000002')
    const text = renderReport(report, 120, plain)
    expect(text).toContain('0 found')
    expect(text).not.toContain('\u001b')
  })

  it('tells a leak: a policy that forgets a field makes the run fail', async () => {
    const forgetful = fieldPolicy({ fields: ['/card/number'] })
    const report = await run({ policies: () => forgetful })
    expect(report.scan.hits.length).toBeGreaterThan(0)
    expect(isGood(report)).toBe(false)
    expect(renderReport(report, 120, plain)).toContain('found in pgboss.')
  })

  it('seals all of a type that it does not know, or the fields that the user names', async () => {
    const jobs = [{ type: 'theirs', data: { note: 'private note of theirs', plan: 'readable plan name' } }]
    const whole = await run({ jobs })
    expect(isGood(whole)).toBe(true)
    expect(JSON.stringify(whole.samples[0]!.stored)).not.toContain('readable plan name')
    const fields = await run({ jobs, fields: ['/note'] })
    expect(isGood(fields)).toBe(true)
    expect(fields.samples[0]!.stored).toMatchObject({ plan: 'readable plan name', note: '[sealed]' })
  })

  it('keeps the database and the key for their owner, to look into', async () => {
    const keep = join(directory, 'kept')
    const report = await run({ keep }, 3)
    expect(report.kept).toEqual({ directory: keep, keyFile: join(keep, 'keys') })
    expect(statSync(join(keep, 'keys')).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(keep, 'keys'), 'utf8')).toMatch(/^demo:\S{44}\n$/)
    expect(await look(keep, 'select count(*)::int as jobs from pgboss.job')).toBe('{"jobs":4}\n')
    await expect(look(directory, 'select 1')).rejects.toThrow('holds no kept database')
  })

  it('uses the keys of the environment', async () => {
    const report = await run({ env: { WAXSEAL_KEYS: `mine:${generateKey()}` } }, 3)
    expect(JSON.stringify(report.samples)).toContain('.mine~1.')
  })

  it('stops when it is told to', async () => {
    const abort = new AbortController()
    const progress = { ...silent, advance: () => abort.abort() }
    await expect(run({ signal: abort.signal, progress })).rejects.toThrow('aborted')
  })
})
