import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDedupKey, generateKey, staticKeys } from '@waxseal/core'
import { postgresMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { parseCrontab } from 'graphile-worker'
import { afterAll, describe, expect, it } from 'vitest'
import type { ParsedCronItem, RunnerOptions } from '../src/index.js'
import { postgres, VERSIONS } from './database.js'

const missing = postgresMissing()
const folder = mkdtempSync(join(tmpdir(), 'waxseal-'))
const dedup = createDedupKey({
  keys: staticKeys([{ kid: 'dedup', key: generateKey(), state: 'decrypt_only' }]),
  key: { kid: 'dedup' },
})
// Every minute, and that of one minute is made up for: one job is due as soon as a runner starts.
const crontab = '* * * * * digest ?id=nightly&fill=1m&jobKey=ada {list: "4242"}\n* * * * * bare ?id=bare&fill=1m'
const crontabFile = join(folder, 'crontab')

describeIf(!missing, missing ?? '')('PostgreSQL', () => {
  const database = postgres()
  writeFileSync(crontabFile, crontab)
  afterAll(() => rmSync(folder, { recursive: true }))

  const items = parseCrontab(crontab)
  const ways: [string, Partial<RunnerOptions>, ParsedCronItem[]?][] = [
    ['a crontab', { crontab }],
    ['a file', { crontabFile }],
    ['a file that a preset names', { preset: { extends: [{ worker: { crontabFile } }] } }],
    ['items', { parsedCronItems: items }],
    ['items of the call', { crontab: '0 0 1 1 * never' }, items],
  ]
  describe.each(VERSIONS)('graphile-worker %s', (version, host) => {
    it.each(version === '0.18' ? ways : ways.slice(0, 2))(
      'seals the payloads of schedules given as %s',
      async (_, options, given) => {
        const { functions, shared, seal, schema, jobs } = await database.bench({ dedup, policy: { fields: ['/card'] } }, { host })
        await database.query(
          `INSERT INTO "${schema}"._private_known_crontabs (identifier, known_since) SELECT unnest($1::text[]), now() - interval '1 hour'`,
          [['nightly', 'bare']],
        )
        const seen: unknown[] = []
        let stored: unknown[] = []
        const done = Promise.withResolvers<void>()
        const note = async (payload: unknown) => {
          seen.push(payload)
          if (seen.length === 1) stored = await jobs()
          if (seen.length === 2) done.resolve()
        }
        const runner = await functions.run({ ...shared, ...options, seal }, { digest: note, bare: note }, given)
        await Promise.race([done.promise, runner.promise])
        await runner.stop()

        const cron = { ts: expect.any(String), backfilled: true }
        expect(seen).toEqual([{ _cron: cron, list: '4242' }, { _cron: cron }])
        expect(stored).toMatchObject([
          {
            payload: { $sealed: expect.stringMatching(/^wax1/), $job: 'digest', _cron: cron },
            key: await dedup.value('job_key', 'ada'),
          },
          { payload: { $sealed: expect.stringMatching(/^wax1/), $job: 'bare', _cron: cron }, key: null },
        ])
        expect(items[0]).toMatchObject({ payload: { list: '4242' }, options: { jobKey: 'ada' } })
      },
    )
  })
})
