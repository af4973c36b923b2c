import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import { startTemporal, type TemporalService, temporalMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { type DemoOptions, isGood, plain, readJobs, renderReport, runDemo } from '@waxseal/worker'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { temporal } from '../src/temporal.ts'

const missing = temporalMissing()
const silent = { start() {}, advance() {}, finish() {}, stop() {} }
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const data = new URL('../../worker/data/jobs.jsonl', import.meta.url)

describeIf(!missing, missing ?? '')('the demo on Temporal', () => {
  let server: TemporalService
  let connection: Connection
  let client: Client
  beforeAll(async () => {
    server = await startTemporal()
    connection = await Connection.connect({ address: server.address })
    client = new Client({ connection })
  })
  afterAll(async () => {
    await connection?.close()
    await server?.stop()
  })

  const run = async (options: Partial<DemoOptions> = {}, limit = 40) => {
    const jobs = await readJobs(createReadStream(data), limit)
    const url = server.address
    return runDemo({ backend: temporal, url, jobs, progress: silent, signal: new AbortController().signal, ...options })
  }

  it('handles every job, fails one on purpose, leaks nothing, and ends its own runs only', async () => {
    const theirs = await client.workflow.start('theirs', { taskQueue: 'theirs', workflowId: randomUUID() })
    const report = await run({ concurrency: 4 })
    expect(report).toMatchObject({ handled: 40, failed: 1, selfCheck: true, kept: undefined })
    expect(report.scan.hits).toEqual([])
    expect(report.scan.places).toBe(42)
    expect(isGood(report)).toBe(true)
    expect(report.samples).toHaveLength(3)
    for (const { sent, stored, seen, result } of report.samples) {
      expect(seen).toEqual(sent)
      for (const payload of [stored, result.stored]) expect(payload).toMatchObject({ encoding: 'binary/waxseal' })
    }
    expect(JSON.stringify(report.failure.stored)).toContain('Encoded failure')
    expect(JSON.stringify(report.failure.stored)).not.toContain('4000000000000002')
    expect(JSON.stringify(report.failure.opened)).toContain('declined 4000000000000002')
    expect(renderReport(report, 120, plain)).toMatch(/Is any plaintext in Temporal\?[\s\S]* of 42 runs, .* MB: 0 found/)
    expect((await theirs.describe()).status.name).toBe('RUNNING')
    await theirs.terminate()
  })

  it('ends its runs when it is stopped', async () => {
    const abort = new AbortController()
    const progress = { ...silent, advance: () => abort.abort() }
    await expect(run({ signal: abort.signal, progress })).rejects.toThrow('aborted')
    await expect.poll(() => running()).toEqual([])
  })

  /** What the server's list, which lags behind, says of runs that go on. */
  async function running(): Promise<string[]> {
    const found: string[] = []
    for await (const { workflowId } of client.workflow.list({ query: `ExecutionStatus = 'Running'` })) found.push(workflowId)
    return found
  }

  const program = (args: string[], env: Record<string, string> = {}) =>
    new Promise((resolve) => {
      const settings = { env: { ...process.env, ...env } }
      execFile(process.execPath, [main, '--queue', 'temporal', ...args], settings, (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, stdout, stderr }),
      )
    })

  it('is a program that finds Temporal by TEMPORAL_ADDRESS', async () => {
    expect(await program(['--jobs', '5'], { TEMPORAL_ADDRESS: server.address })).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /^ {2}read 5 jobs .*\n {2}connected to Temporal \d.* at 127\.0\.0\.1:\d+, .*\n {2}sealed and enqueued 6 jobs, /,
      ),
      stderr: '',
    })
  })

  it.each([
    [['--url', '127.0.0.1:1'], /^no Temporal answers at 127\.0\.0\.1:1: start one/],
    [['--url', 'http://x'], /^the address of Temporal must look like/],
    [['--fields', '/card'], /^--fields is not for temporal/],
  ])('says in a sentence why %j will not do, and ends with 2', async (args, sentence) => {
    expect(await program([...args, '--jobs', '1'])).toMatchObject({ code: 2, stderr: expect.stringMatching(sentence) })
  })
})
