import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postgresMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { afterAll, describe, expect, it } from 'vitest'
import { addJobAdhoc, quickAddJob, sealTasks } from '../src/index.js'
import { PATIENCE, postgres, VERSIONS } from './database.js'

const missing = postgresMissing()
const folder = mkdtempSync(join(tmpdir(), 'waxseal-'))
const written = join(folder, 'written')

writeFileSync(
  join(folder, 'module.mjs'),
  'export default async (payload, helpers) => { await helpers.addJob("executable", { from: payload, shown: helpers.job.payload }) }',
)
writeFileSync(join(folder, 'executable.sh'), `#!/bin/sh\ncat > ${written}\nexit 3\n`)
chmodSync(join(folder, 'executable.sh'), 0o700)

describeIf(!missing, missing ?? '')('PostgreSQL', () => {
  const database = postgres()
  afterAll(() => rmSync(folder, { recursive: true }))

  describe.each(VERSIONS)('graphile-worker %s', (_, host) => {
    it.each([
      ['an option', { taskDirectory: folder }],
      ['a preset', { preset: { extends: [{ worker: { taskDirectory: folder } }] } }],
    ])('opens for the tasks of a directory that %s names, and for executables', async (_, options) => {
      const { functions, shared, seal, utils, jobs, settled, opened } = await database.bench({}, { host })
      await utils.addJob('module', { card: '4242' })
      await functions.runOnce({ ...shared, ...options, seal })
      await settled()
      const payload = { from: { card: '4242' }, shown: { card: '4242' } }
      expect(JSON.parse(readFileSync(written, 'utf8'))).toEqual({ payload })
      expect(await jobs()).toMatchObject([
        { payload: { $job: 'executable' }, last_error: expect.stringMatching(/^Error: \[sealed\] wax1/) },
      ])
      expect(await opened()).toMatchObject([{ payload, last_error: 'Process exited with code 3' }])
    })

    it('seals whatever adds jobs, and shows who adds them what was given', async () => {
      const { functions, shared, seal, utils, jobs, settled } = await database.bench({}, { host })
      const seen: string[] = []
      const release = Promise.withResolvers<void>()
      const runner = await functions.run(
        { ...shared, seal, crontab: '', concurrency: 3 },
        {
          async first(_payload, helpers) {
            const job = await helpers.addJob('last', { by: 'helpers.addJob' })
            const more = await helpers.addJobs([
              { identifier: 'last', payload: { by: 'helpers.addJobs' } },
              { identifier: 'empty' },
            ] as never)
            expect([job, ...more].map(({ payload }) => payload)).toEqual([
              { by: 'helpers.addJob' },
              { by: 'helpers.addJobs' },
              {},
            ])
            await release.promise
          },
        },
      )
      const job = await runner.addJob('first', { by: 'runner.addJob' }, { priority: 3 })
      expect(job).toMatchObject({ payload: { by: 'runner.addJob' }, priority: 3, task_identifier: 'first' })
      expect((await utils.addJobs([{ identifier: 'last', payload: { by: 'utils.addJobs' } }]))[0]!.payload).toEqual({
        by: 'utils.addJobs',
      })
      expect((await utils.addJob('empty', undefined)).payload).toEqual({})
      const { pgPool: _, ...rest } = shared
      const adhoc = { ...rest, connectionString: database.url, seal }
      for (const [by, add] of Object.entries({ adhoc: functions.addJobAdhoc, addJobAdhoc, quickAddJob }))
        expect((await add(adhoc, 'last', { by })).payload).toEqual({ by })
      await expect.poll(async () => (await jobs()).length, PATIENCE).toBe(9)
      release.resolve()
      await runner.stop()
      await settled()
      const stored = await jobs()
      expect(stored.every(({ payload }) => typeof payload.$sealed === 'string')).toBe(true)
      await functions.runOnce(
        { ...shared, seal },
        {
          last: (payload) => void seen.push((payload as { by: string }).by),
          empty: (payload) => void seen.push(JSON.stringify(payload)),
        },
      )
      expect(seen.sort()).toEqual(
        ['helpers.addJob', 'helpers.addJobs', 'utils.addJobs', 'adhoc', 'addJobAdhoc', 'quickAddJob', '{}', '{}'].sort(),
      )
    })

    it('opens for lists of tasks that are run on a pool or a client', async () => {
      const { functions, shared, seal, utils, settled } = await database.bench({}, { host })
      const { pgPool, ...options } = shared
      const seen: unknown[] = []
      const first = Promise.withResolvers<void>()
      const tasks = { charge: (payload: unknown) => first.resolve(void seen.push(payload)) }
      await utils.addJob('charge', { n: 1 })
      const workers = functions.runTaskList({ ...options, seal }, tasks, pgPool)
      await first.promise
      await workers.gracefulShutdown()
      await utils.addJob('charge', { n: 2 })
      const client = await pgPool.connect()
      await functions.runTaskListOnce({ ...options, seal }, tasks, client)
      await settled()
      client.release()
      expect(seen).toEqual([{ n: 1 }, { n: 2 }])
    })
  })

  it('seals tasks for whoever calls graphile-worker itself, in a schema of any name', async () => {
    const schema = 'Jobs "of" mine'
    const { shared, seal, utils, jobs, settled, table } = await database.bench({}, { schema })
    await utils.addJob('charge', { n: 1 })
    await database.query(`UPDATE ${table} SET payload = '{}'`)
    const { runOnce } = await import('graphile-worker')
    await runOnce(shared, sealTasks({ charge: () => {} }, seal, schema))
    await settled()
    expect(await jobs()).toMatchObject([{ attempts: 1, max_attempts: 1 }])
  })

  it('keeps the jobs of two schemas of one database apart', async () => {
    const [one, two] = [await database.bench(), await database.bench()]
    for (const { utils } of [one, two]) await utils.addJob('charge', { n: 1 })
    const [theirs] = await two.jobs()
    await database.query(`UPDATE ${one.table} SET payload = '{}'`)
    await one.work({ charge: () => {} })
    expect(await one.jobs()).toMatchObject([{ attempts: 1, max_attempts: 1 }])
    expect(await two.jobs()).toEqual([theirs])
  })

  it('takes the job of a wrong configuration from nobody', async () => {
    const { functions, shared, utils, jobs, seal } = await database.bench()
    await utils.addJob('charge', {})
    const wrong = { ...shared, seal: { ...seal, app: '' } }
    for (const call of [
      functions.runOnce(wrong, { charge: () => {} }),
      functions.run({ ...wrong, crontab: '' }, { charge: () => {} }),
      functions.makeWorkerUtils(wrong),
      functions.addJobAdhoc(wrong, 'charge', {}),
    ])
      await expect(call).rejects.toMatchObject({ code: 'config' })
    expect(await jobs()).toMatchObject([{ attempts: 0 }])
  })
})
