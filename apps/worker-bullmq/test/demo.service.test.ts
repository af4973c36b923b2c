import { execFile } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { fieldPolicy } from '@waxseal/core'
import { type DaemonService, redisMissing, startRedis } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { type DemoOptions, isGood, plain, readJobs, renderReport, runDemo } from '@waxseal/worker'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { bullmq } from '../src/bullmq.ts'

const missing = redisMissing()
const silent = { start() {}, advance() {}, finish() {}, stop() {} }
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const data = new URL('../../worker/data/jobs.jsonl', import.meta.url)

describeIf(!missing, missing ?? '')('the demo on Redis', () => {
  let server: DaemonService
  let redis: Redis
  let url: string
  beforeAll(async () => {
    server = await startRedis()
    url = `redis://127.0.0.1:${server.port}`
    redis = new Redis(url)
    await redis.set('theirs', 'stays')
  })
  afterAll(async () => {
    redis?.disconnect()
    await server?.stop()
  })
  afterEach(async () => expect(await redis.keys('*')).toEqual(['theirs']))

  const run = async (options: Partial<DemoOptions> = {}, limit = 60) => {
    const jobs = await readJobs(createReadStream(data), limit)
    return runDemo({ backend: bullmq, url, jobs, progress: silent, signal: new AbortController().signal, ...options })
  }

  it('handles every job, fails one on purpose and leaks nothing', async () => {
    const report = await run({ concurrency: 4 })
    expect(report).toMatchObject({ handled: 60, failed: 1, selfCheck: true, kept: undefined })
    expect(report.scan.hits).toEqual([])
    expect(report.scan.places).toBeGreaterThan(60)
    expect(isGood(report)).toBe(true)
    expect(report.samples).toHaveLength(3)
    for (const { sent, stored, seen, result } of report.samples) {
      expect(seen).toEqual(sent)
      expect(JSON.stringify(stored)).toContain('wax1.')
      expect(JSON.stringify(result.stored)).toContain('wax1.')
    }
    expect(JSON.stringify(report.failure.stored)).not.toContain('4000000000000002')
    expect(JSON.stringify(report.failure.opened)).toContain('declined 4000000000000002')
    expect(renderReport(report, 120, plain)).toMatch(
      /Is any plaintext in Redis\?[\s\S]*all that Redis holds, [\d,]+ keys, .* MB: 0 found/,
    )
  })

  it('tells a leak: a policy that forgets a field makes the run fail', async () => {
    const report = await run({ policies: () => fieldPolicy({ fields: ['/card/number'] }) })
    expect(report.scan.hits.map(({ where }) => where).join()).toContain('hash waxseal-demo-')
    expect(isGood(report)).toBe(false)
  })

  it('takes its keys away when it is stopped', async () => {
    const abort = new AbortController()
    const progress = { ...silent, advance: () => abort.abort() }
    await expect(run({ signal: abort.signal, progress })).rejects.toThrow('aborted')
  })

  const program = (args: string[], env: Record<string, string> = {}) =>
    new Promise((resolve) => {
      const settings = { env: { ...process.env, ...env } }
      execFile(process.execPath, [main, '--queue', 'bullmq', ...args], settings, (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, stdout, stderr }),
      )
    })

  it('is a program that finds Redis by REDIS_URL', async () => {
    expect(await program(['--jobs', '5'], { REDIS_URL: url })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^ {2}read 5 jobs .*\n {2}connected to Redis \d.* at redis:\/\/127\.0\.0\.1:\d+, .*\n {2}sealed and enqueued 6 jobs, /,
      ),
    })
  })

  it.each([
    [
      ['--url', 'redis://user:hunter2@127.0.0.1:1/3'],
      /^no Redis answers at redis:\/\/127\.0\.0\.1:1\/3 \(.*ECONNREFUSED.*\): start one/,
    ],
    [['--url', '127.0.0.1:6379'], /^the URL of Redis must look like/],
    [['--keep'], /^--keep and --look are for pgboss/],
  ])('says in a sentence why %j will not do, and ends with 2', async (args, sentence) => {
    const { code, stderr } = (await program([...args, '--jobs', '1'])) as { code: number; stderr: string }
    expect(code).toBe(2)
    expect(stderr).toMatch(sentence)
    expect(stderr).not.toContain('hunter2')
  })
})
