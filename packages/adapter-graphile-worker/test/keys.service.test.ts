import { createDedupKey, generateKey, staticKeys } from '@waxseal/core'
import { postgresMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { expect, it } from 'vitest'
import { postgres } from './database.js'

const missing = postgresMissing()
const dedup = createDedupKey({
  keys: staticKeys([{ kid: 'dedup', key: generateKey(), state: 'decrypt_only' }]),
  key: { kid: 'dedup' },
})
const KEY = 'ada@example.com'

describeIf(!missing, missing ?? '')('PostgreSQL', () => {
  const database = postgres()
  const later = new Date(Date.now() + 3_600_000)

  it('stores keys as they are without dedup, and hashed with it', async () => {
    const clear = await database.bench()
    await clear.utils.addJob('mail', {}, { jobKey: KEY })
    expect(await clear.jobs()).toMatchObject([{ key: KEY }])
    const { utils, jobs } = await database.bench({ dedup })
    await utils.addJob('mail', {}, { jobKey: KEY })
    await utils.addJobs([{ identifier: 'mail', payload: {}, jobKey: KEY }])
    const keys = (await jobs()).map(({ key }) => key)
    expect(keys).toEqual([await dedup.value('job_key', KEY)])
    expect(keys[0]).not.toContain('ada')
  })

  it('gives no key to jobs that have none', async () => {
    const { utils, jobs } = await database.bench({ dedup })
    for (const jobKey of [undefined, '', null]) await utils.addJob('mail', {}, { jobKey } as never)
    expect(await jobs()).toMatchObject([{ key: null }, { key: null }, { key: null }])
  })

  it('replaces, keeps the time of, and drops jobs of one key as graphile-worker does, whatever their tasks', async () => {
    const { utils, jobs, work } = await database.bench({ dedup })
    const seen: unknown[] = []
    const task = (payload: unknown) => void seen.push(payload)
    await utils.addJob('mail', { n: 1 }, { jobKey: KEY, runAt: later })
    await utils.addJob('text', { n: 2 }, { jobKey: KEY, jobKeyMode: 'preserve_run_at' })
    expect(await jobs()).toMatchObject([{ task_identifier: 'text', revision: 1, run_at: later }])
    await utils.addJob('mail', { n: 3 }, { jobKey: KEY, jobKeyMode: 'unsafe_dedupe' })
    await utils.addJobs([{ identifier: 'text', payload: { n: 4 }, jobKey: KEY }], true)
    expect(await jobs()).toMatchObject([{ run_at: later }])
    await utils.addJob('text', { n: 5 }, { jobKey: KEY, jobKeyMode: 'replace' })
    await work({ mail: task, text: task })
    expect(seen).toEqual([{ n: 5 }])
  })

  it('removes a job by the hash of its key', async () => {
    const { utils, jobs, schema } = await database.bench({ dedup })
    await utils.addJob('mail', {}, { jobKey: KEY, runAt: later })
    await database.query(`SELECT "${schema}".remove_job($1)`, [await dedup.value('job_key', KEY)])
    expect(await jobs()).toEqual([])
  })
})
