import { type RetentionPolicy, retention } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import { createReaper, type ReaperItem, type ReaperTarget, yearsAfter } from '../src/index.ts'
import { fakeClock } from './sealers.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 0, 31)
const ago = (days: number) => new Date(NOW - days * DAY)

/** A target over a list; what `changes` names is changed just before it would be deleted. */
function listTarget(items: ReaperItem[], policy?: RetentionPolicy, changes: readonly string[] = []): ReaperTarget {
  return {
    name: 'jobs',
    policy,
    async due({ after, limit }) {
      const from = after === null ? 0 : items.findIndex(({ id }) => id > (after as string))
      const page = from < 0 ? [] : items.slice(from, from + limit)
      return { items: page, next: page.length < limit ? null : page.at(-1)!.id }
    },
    async remove(due, record) {
      const removed = due.filter(({ id }) => !changes.includes(id))
      await record(removed)
      for (const item of removed) items.splice(items.indexOf(item), 1)
      return due.map((item) => removed.includes(item))
    },
  }
}
const items = (...ages: number[]): ReaperItem[] => ages.map((age, at) => ({ id: `j${at}`, createdAt: ago(age) }))
const clock = () => fakeClock(NOW)
const thirtyDays = retention.deleteAfter({ days: 30 })

describe('a reaper', () => {
  it('deletes what is due, in batches, and says why the rest stays', async () => {
    const list: ReaperItem[] = [
      ...items(31, 30, 29),
      { id: 'j3', createdAt: ago(99), held: true },
      { id: 'j4', createdAt: ago(99), policy: retention.keepIndefinitely() },
      { id: 'j5', createdAt: ago(99), completedAt: null, policy: retention.deleteImmediately() },
      { id: 'j6', createdAt: ago(1), completedAt: ago(1), policy: retention.deleteImmediately() },
      { id: 'j7', createdAt: ago(99), policy: retention.useDefault() },
      { id: 'j8', createdAt: ago(99), policy: { keep: 'whatever' } as never },
      { id: 'j9', createdAt: new Date(Number.NaN) },
      { id: 'k0', createdAt: ago(99), policy: { keep: 'until', at: 20_280_101 } as never },
      { id: 'k1', createdAt: ago(99), policy: { keep: 'until', at: '1' } },
    ]
    const report = await createReaper({ targets: [listTarget(list, thirtyDays)], batchSize: 3, ...clock() }).run()
    expect(report).toMatchObject({ complete: true, dryRun: false, stopped: null })
    expect(report.targets).toEqual([
      {
        target: 'jobs',
        seen: 12,
        deleted: 3,
        kept: [
          { reason: 'not_due', count: 3, ids: ['j2', 'j4', 'j7'] },
          { reason: 'held', count: 1, ids: ['j3'] },
          { reason: 'unfinished', count: 1, ids: ['j5'] },
          { reason: 'invalid', count: 4, ids: ['j8', 'j9', 'k0', 'k1'] },
        ],
      },
    ])
    expect(list.map(({ id }) => id)).toEqual(['j2', 'j3', 'j4', 'j5', 'j7', 'j8', 'j9', 'k0', 'k1'])
    const targets = [listTarget(list, thirtyDays)]
    expect(
      (await createReaper({ targets, default: retention.deleteAfter({ days: 90 }), ...clock() }).run()).targets[0],
    ).toMatchObject({
      deleted: 1,
    })
  })

  it('keeps what has no policy', async () => {
    const report = await createReaper({ targets: [listTarget(items(1000))], ...clock() }).run()
    expect(report.targets[0]).toMatchObject({ deleted: 0, kept: [{ reason: 'no_policy' }] })
  })

  it('deletes nothing in a dry run', async () => {
    const list = items(31, 31, 2)
    const entries: unknown[] = []
    const audit = { append: async (entry: unknown) => entries.push(entry) }
    const report = await createReaper({ targets: [listTarget(list, thirtyDays)], audit, actor: 'cron', ...clock() }).run({
      dryRun: true,
    })
    expect(report).toMatchObject({ dryRun: true, targets: [{ deleted: 2 }] })
    expect(list).toHaveLength(3)
    expect(entries).toEqual([])
  })

  it('keeps what is on legal hold, by list or by function', async () => {
    for (const legalHold of [['j1'], async ({ id }: ReaperItem, target: string) => `${target}/${id}` === 'jobs/j1']) {
      const list = items(31, 31, 31)
      const report = await createReaper({ targets: [listTarget(list, thirtyDays)], legalHold, ...clock() }).run()
      expect(report.targets[0]).toMatchObject({ deleted: 2, kept: [{ reason: 'held', ids: ['j1'] }] })
    }
  })

  it('keeps what a hold came for while the deletion was tried', async () => {
    const list = items(31, 31)
    const target = listTarget(list, thirtyDays)
    const holds: string[] = []
    let tries = 0
    const busy: ReaperTarget = {
      ...target,
      isRetryable: () => true,
      async remove(due, record) {
        if (tries++ > 0) return target.remove(due, record)
        holds.push('j1')
        throw new Error('deadlock')
      },
    }
    const legalHold = ({ id }: ReaperItem) => holds.includes(id)
    const report = await createReaper({ targets: [busy], legalHold, ...clock() }).run()
    expect(report.targets[0]).toMatchObject({ deleted: 1, kept: [{ reason: 'changed', ids: ['j1'] }] })
    expect(list.map(({ id }) => id)).toEqual(['j1'])
  })

  it('keeps what a function says nothing about', async () => {
    const list = items(31)
    const legalHold = (() => undefined) as never
    expect(
      (await createReaper({ targets: [listTarget(list, thirtyDays)], legalHold, ...clock() }).run()).targets[0],
    ).toMatchObject({
      deleted: 0,
      kept: [{ reason: 'held' }],
    })
    expect(list).toHaveLength(1)
  })

  it('deletes nothing where the hold cannot be asked', async () => {
    const list = items(31, 31)
    const legalHold = async () => {
      throw new Error('no connection')
    }
    const report = await createReaper({ targets: [listTarget(list, thirtyDays)], legalHold, ...clock() }).run()
    expect(report).toMatchObject({ complete: false, stopped: { target: 'jobs', code: 'target_failed' } })
    expect(list).toHaveLength(2)
  })

  it('tells what changed meanwhile, and records only what was deleted', async () => {
    const entries: unknown[] = []
    const audit = { append: async (entry: unknown) => entries.push(entry) }
    const targets = [{ ...listTarget(items(31, 31), thirtyDays, ['j0']), transactional: true }]
    const report = await createReaper({ targets, audit, auditIn: 'transaction', actor: 'cron', ...clock() }).run()
    expect(report.targets[0]).toMatchObject({ deleted: 1, kept: [{ reason: 'changed', ids: ['j0'] }] })
    const record = { actor: 'cron', operation: 'retention.delete', subject: 'jobs/j1', details: { policy: 'for 2592000000 ms' } }
    expect(entries).toEqual([record])
  })

  it('records the intent first where target and trail have no transaction in common', async () => {
    const entries: { outcome?: string }[] = []
    const audit = { append: async (entry: { outcome?: string }) => entries.push(entry) }
    await createReaper({ targets: [listTarget(items(31), thirtyDays)], audit, actor: 'cron', ...clock() }).run()
    expect(entries.map(({ outcome }) => outcome)).toEqual(['started', undefined])
  })

  it('deletes nothing that could not be recorded', async () => {
    const list = items(31)
    const audit = { append: () => Promise.reject(new Error('trail is full')) }
    const report = await createReaper({ targets: [listTarget(list, thirtyDays)], audit, actor: 'cron', ...clock() }).run()
    expect(report).toMatchObject({ complete: false, targets: [{ deleted: 0 }] })
    expect(list).toHaveLength(1)
  })

  it('keeps to the rate and ends when aborted', async () => {
    const time = clock()
    const controller = new AbortController()
    const onProgress = ({ seen }: { seen: number }) => seen >= 6 && controller.abort()
    const targets = [listTarget(items(1, 1, 1, 1, 1, 1, 1, 1), thirtyDays)]
    const report = await createReaper({ targets, ratePerSecond: 3, onProgress, ...time }).run({ signal: controller.signal })
    expect(report).toMatchObject({ complete: false, stopped: { code: 'aborted' }, targets: [{ seen: 6 }] })
    expect(time.now() - NOW).toBe(1000)
  })

  it.each([
    [{ targets: [] }],
    [{ targets: [listTarget([]), listTarget([])] }],
    [{ audit: { append: async (): Promise<unknown> => 0 } }],
    [{ audit: { append: async (): Promise<unknown> => 0 }, actor: 'cron', auditIn: 'transaction' as const }],
    [{ auditIn: 'nowhere' as 'elsewhere' }],
    [{ batchSize: 0 }],
    // Ids of a database are numbers often; compared with text, none would be held.
    [{ legalHold: [1, 2] as never }],
    [{ legalHold: [''] }],
    [{ legalHold: 'j1' as never }],
    [{ legalHold: new Set(['j1']) as never }],
    [{ ratePerSecond: -1 }],
    [{ retry: { attempts: 0 } }],
  ])('refuses options %#', (wrong) => {
    const options = { targets: [listTarget([])], ...wrong }
    expect(() => createReaper(options)).toThrow(expect.objectContaining({ code: 'config' }))
  })

  it('refuses targets that are not there', async () => {
    await expect(createReaper({ targets: [listTarget([])] }).run({ targets: ['x'] })).rejects.toMatchObject({ code: 'config' })
  })
})

describe('yearsAfter', () => {
  it.each([
    ['2020-01-15T10:00:00.000Z', 6, '2026-01-15T10:00:00.000Z'],
    ['2020-02-29T00:00:00.000Z', 6, '2026-03-01T00:00:00.000Z'],
    ['2020-02-29T00:00:00.000Z', 4, '2024-02-29T00:00:00.000Z'],
    ['2019-12-31T23:59:59.999Z', 7, '2026-12-31T23:59:59.999Z'],
  ])('%s and %i years are %s', (from, years, to) => {
    expect(yearsAfter(new Date(from), years).toISOString()).toBe(to)
  })

  it('refuses what is no date or no number of years', () => {
    for (const wrong of [
      () => yearsAfter(new Date(Number.NaN), 1),
      () => yearsAfter(new Date(), 1.5),
      () => yearsAfter('2020' as never, 1),
    ])
      expect(wrong).toThrow(expect.objectContaining({ code: 'config' }))
  })
})
