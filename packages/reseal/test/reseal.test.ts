import { inspect } from 'node:util'
import { createDataKey, createSealer, staticKeys, WaxsealError } from '@waxseal/core'
import { createTestSealer } from '@waxseal/core/testing'
import { describe, expect, it } from 'vitest'
import { createReseal, type ResealProgress, type ResealTarget, sumOfReports } from '../src/index.ts'
import { contextOf, memoryTarget, type Stored } from './memory-target.ts'
import { fakeClock, keyBytes, sealerOn } from './sealers.ts'
import { memoryCheckpoints } from './stores.ts'

const before = sealerOn(['k1'])
const after = sealerOn(['k2', 'k1'])
const SECRET = '4111 1111 1111 1111'

const rowsOf = async (count: number, sealer = before) => {
  const rows = new Map<string, Stored>()
  for (let i = 0; i < count; i++) {
    const id = `r${`${i}`.padStart(3, '0')}`
    rows.set(id, { sealed: await sealer.seal(`${SECRET} ${id}`, { context: contextOf(id) }) })
  }
  return rows
}
const kids = (rows: Map<string, Stored>) => [...rows.values()].map(({ sealed }) => after.inspect(sealed as string).kid)
const opened = (rows: Map<string, Stored>) =>
  Promise.all([...rows].map(([id, { sealed }]) => after.open<string>(sealed as string, { context: contextOf(id) })))

describe('a run', () => {
  it('moves what is stale and leaves the rest', async () => {
    const rows = await rowsOf(25)
    rows.set('r003', { sealed: await after.seal('kept', { context: contextOf('r003') }) })
    const kept = rows.get('r003')!.sealed
    const report = await createReseal({ sealer: after, targets: [memoryTarget(rows)], pageSize: 4 }).run()
    expect(report).toMatchObject({ complete: true, dryRun: false, stopped: null })
    expect(report.targets).toEqual([{ target: 'memory', seen: 25, moved: 24, current: 1, conflicted: 0, skipped: [] }])
    expect(new Set(kids(rows))).toEqual(new Set(['k2']))
    expect(rows.get('r003')!.sealed).toBe(kept)
    expect((await opened(rows))[7]).toBe(`${SECRET} r007`)
    const again = await createReseal({ sealer: after, targets: [memoryTarget(rows)] }).run()
    expect(again.targets[0]).toMatchObject({ moved: 0, current: 25 })
  })

  it('writes nothing in a dry run, and finds what could not be moved', async () => {
    const rows = await rowsOf(5)
    rows.set('r002', { sealed: await before.seal('x', { context: contextOf('elsewhere') }) })
    const stored = structuredClone([...rows])
    const checkpoints = memoryCheckpoints()
    const targets = [memoryTarget(rows)]
    const report = await createReseal({ sealer: after, targets, checkpoints, pageSize: 2 }).run({ dryRun: true })
    expect(report).toMatchObject({ complete: true, dryRun: true })
    expect(report.targets[0]).toMatchObject({
      moved: 4,
      skipped: [{ reason: 'open_failed', count: 1, ids: ['r002'] }],
    })
    expect([...rows]).toEqual(stored)
    expect(checkpoints.kept.size).toBe(0)
  })

  it('reports what is poisoned by reason, and goes on', async () => {
    const rows = await rowsOf(8)
    rows.set('r001', { sealed: SECRET })
    rows.set('r002', { sealed: null })
    rows.set('r003', { sealed: 'wax1.c256.k1~1.AAAA' })
    rows.set('r004', { sealed: 'wax2.something' })
    rows.set('r005', { sealed: await sealerOn(['k3']).seal('x', { context: contextOf('r005') }) })
    const report = await createReseal({ sealer: after, targets: [memoryTarget(rows)], pageSize: 3, sampleIds: 1 }).run()
    expect(report.complete).toBe(true)
    expect(report.targets[0]).toMatchObject({ seen: 8, moved: 3 })
    expect(report.targets[0]!.skipped).toEqual([
      { reason: 'plaintext_rejected', count: 2, ids: ['r001'] },
      { reason: 'malformed', count: 1, ids: ['r003'] },
      { reason: 'unsupported_version', count: 1, ids: ['r004'] },
      { reason: 'key_not_found', count: 1, ids: ['r005'] },
    ])
    expect(JSON.stringify(report)).not.toContain(SECRET)
  })

  it('stops at the first poisoned item where it is told to, and keeps its place', async () => {
    const rows = await rowsOf(9)
    rows.set('r004', { sealed: SECRET })
    const checkpoints = memoryCheckpoints()
    const options = { sealer: after, targets: [memoryTarget(rows)], pageSize: 3, checkpoints }
    const report = await createReseal({ ...options, onSkip: 'stop' }).run()
    expect(report).toMatchObject({ complete: false, stopped: { target: 'memory', code: 'skipped' } })
    expect(checkpoints.kept.get('memory')?.cursor).toBe('r002')
    expect(kids(new Map([...rows].filter(([id]) => id !== 'r004')))).toEqual(['k2', 'k2', 'k2', 'k1', 'k1', 'k1', 'k1', 'k1'])
  })

  it('has an unknown context reported', async () => {
    const rows = await rowsOf(2)
    const target = memoryTarget(rows, { item: { context: undefined } })
    const report = await createReseal({ sealer: after, targets: [target] }).run()
    expect(report.targets[0]!.skipped).toEqual([{ reason: 'context_required', count: 2, ids: ['r000', 'r001'] }])
  })

  it('goes on behind the last page that was written', async () => {
    const rows = await rowsOf(10)
    const checkpoints = memoryCheckpoints()
    let replaced = 0
    const step = (what: string) => {
      if (what === 'replace' && ++replaced === 3) throw new Error('gone')
    }
    const options = { sealer: after, checkpoints, pageSize: 2 }
    const report = await createReseal({ ...options, targets: [memoryTarget(rows, { step })] }).run()
    expect(report).toMatchObject({ complete: false, stopped: { target: 'memory', code: 'target_failed' } })
    expect(report.targets[0]).toMatchObject({ moved: 4 })
    expect(JSON.stringify(report)).not.toContain('gone')
    expect(String(report.stopped?.cause)).toContain('gone')
    expect(checkpoints.kept.get('memory')?.cursor).toBe('r003')
    const next = await createReseal({ ...options, targets: [memoryTarget(rows)] }).run()
    expect(next.targets[0]).toMatchObject({ seen: 6, moved: 6 })
    expect(checkpoints.kept.size).toBe(0)
    expect(new Set(kids(rows))).toEqual(new Set(['k2']))
  })

  it.each([0, 2])('goes on no further than where it skipped item %i, and says so again', async (poisoned) => {
    const rows = await rowsOf(5)
    rows.set(`r00${poisoned}`, { sealed: SECRET })
    const checkpoints = memoryCheckpoints()
    const skipped = [{ reason: 'plaintext_rejected', count: 1, ids: [`r00${poisoned}`] }]
    const options = { sealer: after, targets: [memoryTarget(rows)], checkpoints, pageSize: 1 }
    const abort = new AbortController()
    const onProgress = ({ seen }: ResealProgress) => seen > 3 && abort.abort()
    const report = await createReseal({ ...options, onProgress }).run({ signal: abort.signal })
    expect(report).toMatchObject({ stopped: { code: 'aborted' }, targets: [{ skipped }] })
    expect(checkpoints.kept.get('memory')?.cursor).toBe(poisoned === 0 ? undefined : 'r001')
    const next = await createReseal(options).run()
    expect(next).toMatchObject({ stopped: null, targets: [{ skipped }] })
    expect(checkpoints.kept.size).toBe(0)
  })

  it('keeps no place behind an item that somebody else writes again and again', async () => {
    const rows = await rowsOf(3)
    const checkpoints = memoryCheckpoints()
    const saved: unknown[] = []
    const save: typeof checkpoints.save = async (target, checkpoint) => {
      saved.push(checkpoint?.cursor ?? null)
      await checkpoints.save(target, checkpoint)
    }
    const step = async (what: string) => {
      if (what === 'replace') rows.set('r001', { sealed: await before.seal('busy', { context: contextOf('r001') }) })
    }
    const targets = [memoryTarget(rows, { step })]
    const report = await createReseal({ sealer: after, targets, checkpoints: { ...checkpoints, save }, pageSize: 1 }).run()
    expect(report.targets[0]!.skipped).toMatchObject([{ reason: 'conflict', ids: ['r001'] }])
    expect(saved).toEqual(['r000', null])
  })

  it('does not go on with the checkpoint of another run', async () => {
    const rows = await rowsOf(4)
    const checkpoints = memoryCheckpoints()
    for (const run of [
      '{"target":"memory","mode":"rewrap","from":null}',
      // Of a target whose name a store takes for this one's.
      '{"target":"Memory","mode":"reseal","from":null}',
    ]) {
      checkpoints.kept.set('memory', { run, cursor: 'r002' })
      const report = await createReseal({ sealer: after, targets: [memoryTarget(rows)], checkpoints }).run({})
      expect(report.targets[0]).toMatchObject({ seen: 4 })
    }
  })

  it('ends with the page being written when aborted', async () => {
    const rows = await rowsOf(10)
    const controller = new AbortController()
    const checkpoints = memoryCheckpoints()
    let replaced = 0
    const step = (what: string) => {
      if (what === 'replace' && ++replaced === 2) controller.abort()
    }
    const reseal = createReseal({ sealer: after, targets: [memoryTarget(rows, { step })], checkpoints, pageSize: 2 })
    const report = await reseal.run({ signal: controller.signal })
    expect(report).toMatchObject({ complete: false, stopped: { code: 'aborted' } })
    expect(kids(rows).filter((kid) => kid === 'k2')).toHaveLength(4)
    expect(checkpoints.kept.get('memory')?.cursor).toBe('r003')
  })

  it('tries again what may succeed later, and then stops, resumable', async () => {
    const rows = await rowsOf(4)
    const clock = fakeClock()
    let failures = 3
    const step = () => {
      if (failures-- > 0) throw new WaxsealError('throttled', 'slower', { retryAfterMs: 5000 })
    }
    const options = { sealer: after, ...clock, pageSize: 2 }
    const patient = await createReseal({ ...options, targets: [memoryTarget(rows, { step })] }).run()
    expect(patient).toMatchObject({ complete: true })
    expect(clock.slept).toEqual([5000, 5000, 5000])
    failures = 100
    const stopped = await createReseal({
      ...options,
      targets: [memoryTarget(rows, { step })],
      retry: { attempts: 3, baseMs: 100 },
    }).run()
    expect(stopped).toMatchObject({ complete: false, stopped: { code: 'throttled' } })
    expect(failures).toBe(97)
  })

  it('goes on past more unknown keys than are asked for within a minute', async () => {
    const clock = fakeClock()
    const known = createDataKey({ kid: 'k2', key: keyBytes.k2 })
    const sealer = createTestSealer({
      keys: { kind: 'source', current: () => known, resolve: async ({ kid }) => (kid === 'k2' ? known : null) },
      limits: { unknownLocatorsPerMinute: 3 },
      now: clock.now,
    })
    const rows = new Map<string, Stored>()
    for (let at = 0; at < 10; at++) {
      const poison = createSealer({ keys: staticKeys([{ kid: `unknown-${at}`, key: keyBytes.k1 }]) })
      rows.set(`r${at}`, { sealed: await poison.seal('x', { context: contextOf(`r${at}`) }) })
    }
    const report = await createReseal({ sealer, targets: [memoryTarget(rows)], concurrency: 1, ...clock }).run()
    expect(report).toMatchObject({ complete: true })
    expect(report.targets[0]!.skipped).toMatchObject([{ reason: 'key_not_found', count: 10 }])
  })

  it('asks the target which of its errors pass', async () => {
    const rows = await rowsOf(3)
    const clock = fakeClock()
    let failures = 2
    const step = (what: string) => {
      if (what === 'replace' && failures-- > 0) throw new Error('deadlock')
    }
    const target = memoryTarget(rows, { step, isRetryable: (error) => String(error).includes('deadlock') })
    expect(await createReseal({ sealer: after, targets: [target], ...clock }).run()).toMatchObject({ complete: true })
    expect(clock.slept).toEqual([250, 500])
  })

  it('asks for no more than the page did where it reads again', async () => {
    const rows = await rowsOf(6)
    const asked: unknown[] = []
    const narrow = { on: [{ kid: 'k1' }] }
    let raced = false
    const target = memoryTarget(rows, {
      step(what) {
        if (what === 'replace' && !raced) {
          raced = true
          rows.get('r001')!.sealed = `${rows.get('r001')!.sealed}A`
        }
      },
    })
    const watched: ResealTarget = {
      ...target,
      page(request) {
        asked.push(request.narrow)
        return target.page(request)
      },
    }
    await createReseal({ sealer: after, targets: [watched], from: narrow.on, pageSize: 2 }).run()
    expect(asked.length).toBeGreaterThan(4)
    for (const each of asked) expect(each).toEqual(narrow)
  })

  it('begins nothing more behind an item that ends the run', async () => {
    const rows = await rowsOf(100)
    let begun = 0
    const closed = {
      ...after,
      async reseal() {
        if (begun++ === 0) throw new WaxsealError('closed', 'closed')
        return 'sealed' as never
      },
    }
    await createReseal({ sealer: closed, targets: [memoryTarget(rows)], concurrency: 2 }).run()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(begun).toBeLessThanOrEqual(20)
  })

  it('does not wait for a clock that was set back', async () => {
    const rows = await rowsOf(3)
    const clock = fakeClock()
    const step = (what: string) => {
      if (what === 'replace') clock.pass(-3_600_000)
    }
    await createReseal({ sealer: after, targets: [memoryTarget(rows, { step })], ...clock, ratePerSecond: 1 }).run()
    expect(Math.max(...clock.slept)).toBe(1000)
  })

  it('keeps to the rate', async () => {
    const rows = await rowsOf(30)
    const clock = fakeClock()
    const startedAt = clock.now()
    const reseal = createReseal({ sealer: after, targets: [memoryTarget(rows)], ...clock, ratePerSecond: 5, pageSize: 100 })
    await reseal.run()
    // Pages of at most a second's worth; nothing is waited for behind the last.
    expect(clock.now() - startedAt).toBe(6000)
    expect(clock.slept).toEqual([1000, 1000, 1000, 1000, 1000, 1000])
  })

  it('tells how far it is, and a hook that throws changes nothing', async () => {
    const rows = await rowsOf(10)
    const told: ResealProgress[] = []
    const clock = fakeClock()
    const step = (what: string) => {
      if (what === 'page') clock.pass(1000)
    }
    const reseal = createReseal({
      sealer: after,
      targets: [memoryTarget(rows, { step })],
      ...clock,
      pageSize: 4,
      onProgress(progress) {
        told.push(progress)
        throw new Error('no')
      },
    })
    expect(await reseal.run()).toMatchObject({ complete: true })
    expect(told.map(({ remaining }) => remaining).at(-1)).toBe(0)
    expect(told[0]).toMatchObject({ target: 'memory', skipped: 0 })
    expect(told[0]!.remaining! + told[0]!.seen).toBe(10)
    expect(told[0]!.etaMs).toBeCloseTo((told[0]!.remaining! * 1000) / told[0]!.ratePerSecond)
    expect(told.at(-1)).toMatchObject({ seen: 10, moved: 10, etaMs: 0 })
  })

  it('lets a concurrent writer win, and reads again', async () => {
    const rows = await rowsOf(6)
    let writes = 0
    const step = async (what: string) => {
      if (what === 'replace' && writes++ === 0) {
        rows.set('r001', { sealed: await before.seal('newer', { context: contextOf('r001') }) })
        rows.set('r002', { sealed: await after.seal('newest', { context: contextOf('r002') }) })
        rows.delete('r003')
      }
    }
    const report = await createReseal({ sealer: after, targets: [memoryTarget(rows, { step })], pageSize: 6 }).run()
    expect(report.targets[0]).toEqual({ target: 'memory', seen: 6, moved: 4, current: 2, conflicted: 3, skipped: [] })
    expect(await opened(rows)).toEqual([`${SECRET} r000`, 'newer', 'newest', `${SECRET} r004`, `${SECRET} r005`])
    expect(new Set(kids(rows))).toEqual(new Set(['k2']))
  })

  it('gives up on an item that somebody else writes again and again', async () => {
    const rows = await rowsOf(2)
    const step = async (what: string) => {
      if (what === 'replace') rows.set('r001', { sealed: await before.seal('busy', { context: contextOf('r001') }) })
    }
    const report = await createReseal({ sealer: after, targets: [memoryTarget(rows, { step })] }).run()
    expect(report.targets[0]).toMatchObject({
      moved: 1,
      conflicted: 5,
      skipped: [{ reason: 'conflict', count: 1, ids: ['r001'] }],
    })
  })

  it('moves only what is on the keys that it is told', async () => {
    const rows = await rowsOf(4)
    const three = sealerOn(['k3', 'k2', 'k1'])
    for (const id of ['r001', 'r002']) rows.set(id, { sealed: await after.seal('x', { context: contextOf(id) }) })
    const reseal = createReseal({ sealer: three, targets: [memoryTarget(rows)], from: [{ kid: 'k1' }] })
    expect((await reseal.run()).targets[0]).toMatchObject({ moved: 2, current: 2 })
    expect(kids(rows)).toEqual(['k3', 'k2', 'k2', 'k3'])
  })

  it('seals no more items at once than it is told, and lets the host have its turn', async () => {
    const rows = await rowsOf(100)
    let [now, most, turns] = [0, 0, 0]
    const sealer = {
      ...after,
      reseal: (async (...given: Parameters<typeof after.reseal>) => {
        most = Math.max(most, ++now)
        await Promise.resolve()
        now--
        return after.reseal(...given)
      }) as typeof after.reseal,
    }
    const ticking = setInterval(() => turns++, 0)
    const report = await createReseal({ sealer, targets: [memoryTarget(rows)], concurrency: 3, pageSize: 100 }).run()
    clearInterval(ticking)
    expect(report.targets[0]).toMatchObject({ moved: 100 })
    expect(most).toBe(3)
    expect(turns).toBeGreaterThan(0)
  })

  it('answers a change of suite', async () => {
    const rows = await rowsOf(3)
    const sealer = sealerOn(['k1'], { suite: 'chacha20-poly1305' })
    expect((await createReseal({ sealer, targets: [memoryTarget(rows)] }).run()).targets[0]).toMatchObject({ moved: 3 })
    expect(sealer.inspect(rows.get('r000')!.sealed as string).suite).toBe('chacha20-poly1305')
  })

  it('never leaves out what became stale when the key was rotated during the run', async () => {
    const rows = await rowsOf(8)
    const three = sealerOn(['k3', 'k2', 'k1'])
    let sealer = after
    const changing = {
      inspect: after.inspect,
      warm: (call?: object) => sealer.warm(call),
      needsReseal: ((envelope, call) => sealer.needsReseal(envelope, call)) as typeof after.needsReseal,
      reseal: ((envelope, call) => sealer.reseal(envelope, call)) as typeof after.reseal,
      resealFields: after.resealFields,
      rewrap: after.rewrap,
    }
    const asked: unknown[] = []
    const target = memoryTarget(rows, { unscoped: true })
    const watched: ResealTarget = {
      ...target,
      page(request) {
        asked.push(request.narrow)
        if (asked.length === 3) sealer = three
        return target.page(request)
      },
    }
    const onProgress = () => {}
    expect(await createReseal({ sealer: changing, targets: [watched], pageSize: 2, onProgress }).run()).toMatchObject({
      complete: true,
    })
    const k2 = { notOn: { kid: 'k2', version: 1, suite: 'aes-256-gcm', wrapped: false } }
    const k3 = { notOn: { ...k2.notOn, kid: 'k3' } }
    expect(asked).toEqual([undefined, undefined, k2, undefined, k3])
  })
})

describe('a job', () => {
  it('is a page, and what comes behind it', async () => {
    const rows = await rowsOf(5)
    const reseal = createReseal({ sealer: after, targets: [memoryTarget(rows)], pageSize: 2 })
    const jobs = await reseal.partition('memory', { parts: 2 })
    expect(jobs).toEqual([
      { target: 'memory', after: null, until: 'r002', limit: 2 },
      { target: 'memory', after: 'r002', until: null, limit: 2 },
    ])
    const first = await reseal.runPage(jobs[0]!)
    expect(first).toEqual({
      next: { target: 'memory', after: 'r001', until: 'r002', limit: 2 },
      report: { target: 'memory', seen: 2, moved: 2, current: 0, conflicted: 0, skipped: [] },
      stopped: null,
    })
    expect(await reseal.runPage(jobs[0]!)).toMatchObject({ next: first.next, report: { moved: 0, current: 2 } })
    expect((await reseal.runPage(first.next!)).next).toBeNull()
    expect(kids(rows)).toEqual(['k2', 'k2', 'k2', 'k1', 'k1'])
  })

  it('rejects where it could not be done, so that the queue delivers it again', async () => {
    const rows = await rowsOf(2)
    const clock = fakeClock()
    let down = true
    const step = () => {
      if (down) throw new WaxsealError('provider_unavailable', 'down')
    }
    const reseal = createReseal({ sealer: after, targets: [memoryTarget(rows, { step })], ...clock })
    const [job] = await reseal.partition('memory', { parts: 1 })
    await expect(reseal.runPage(job!)).rejects.toMatchObject({ code: 'provider_unavailable' })
    down = false
    expect(await reseal.runPage(job!)).toMatchObject({ next: null, report: { moved: 2 } })
  })
})

describe('jobs', () => {
  it('that fail in the target show nothing of its error but the code', async () => {
    const rows = await rowsOf(1)
    const step = () => {
      throw Object.assign(new Error('insert into cards values (4111)'), { code: '57P01', detail: '4111' })
    }
    const reseal = createReseal({ sealer: after, targets: [memoryTarget(rows, { step })], ...fakeClock() })
    const [job] = await reseal.partition('memory', { parts: 1 })
    const error: unknown = await reseal.runPage(job!).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'provider_unavailable', message: expect.stringMatching(/memory .*\(57P01\)$/) })
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('4111')
    const counted: unknown = await reseal.stillOn({ kid: 'k1' }).catch((thrown: unknown) => thrown)
    const divided: unknown = await createReseal({ sealer: after, targets: [memoryTarget(rows, { split: step })], ...fakeClock() })
      .partition('memory', { parts: 2 })
      .catch((thrown: unknown) => thrown)
    for (const one of [counted, divided]) {
      expect(one).toMatchObject({ code: 'provider_unavailable' })
      expect(inspect(one, { depth: 9, showHidden: true })).not.toContain('4111')
    }
  })

  it('can be tried without writing, and end where something cannot be moved', async () => {
    const rows = await rowsOf(3)
    rows.set('r002', { sealed: 'plain' })
    const targets = [memoryTarget(rows)]
    const [job] = await createReseal({ sealer: after, targets }).partition('memory', { parts: 1 })
    const dry = await createReseal({ sealer: after, targets }).runPage(job!, { dryRun: true })
    expect(dry.report).toMatchObject({ moved: 2, skipped: [{ reason: 'plaintext_rejected', ids: ['r002'] }] })
    expect(rows.get('r000')?.sealed).toContain('.k1~')
    const stopping = await createReseal({ sealer: after, targets, onSkip: 'stop' }).runPage(job!)
    expect(stopping).toMatchObject({ next: null, stopped: { target: 'memory', code: 'skipped' } })
  })

  it('share the rate of their worker, in pages of a second', async () => {
    const clock = fakeClock()
    const reseal = createReseal({ sealer: after, targets: [memoryTarget(await rowsOf(10))], ratePerSecond: 2, ...clock })
    const [job] = await reseal.partition('memory', { parts: 1 })
    expect(job?.limit).toBe(2)
    const reports = []
    for (let next = job; next; ) {
      const done = await reseal.runPage(next)
      reports.push(done.report)
      next = done.next ?? undefined
    }
    expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBe(5_000)
    expect(sumOfReports(reports)).toMatchObject({ target: 'memory', seen: 10, moved: 10, current: 0, skipped: [] })
  })

  it('have reports that add up', () => {
    const report = (ids: string[]) => ({
      ...{ target: 't', seen: 2 + ids.length, moved: 1, current: 1, conflicted: 1 },
      skipped: [{ reason: 'malformed' as const, count: ids.length, ids }],
    })
    expect(sumOfReports([report(['a', 'b']), report(['c'])], 2)).toEqual({
      ...{ target: 't', seen: 7, moved: 2, current: 2, conflicted: 2 },
      skipped: [{ reason: 'malformed', count: 3, ids: ['a', 'b'] }],
    })
    expect(() => sumOfReports([])).toThrow(/one target/)
    expect(() => sumOfReports([report([]), { ...report([]), target: 'other' }])).toThrow(/one target/)
  })
})

describe('options', () => {
  it.each([
    [{ targets: [] }],
    [{ targets: [memoryTarget(new Map()), memoryTarget(new Map())] }],
    [{ mode: 'open' }],
    [{ from: [] }],
    [{ from: [{ kid: 'K1' }] }],
    [{ pageSize: 0 }],
    [{ pageSize: 10_001 }],
    [{ concurrency: 1.5 }],
    [{ ratePerSecond: 0 }],
    [{ retry: { attempts: 0 } }],
    [{ onSkip: 'ignore' }],
    [{ sampleIds: -1 }],
    [{ sealer: {} }],
  ])('refuses %j', (wrong) => {
    const options = { sealer: after, targets: [memoryTarget(new Map())], ...wrong } as Parameters<typeof createReseal>[0]
    expect(() => createReseal(options)).toThrow(expect.objectContaining({ code: 'config' }))
  })

  it('refuses targets that are not there', async () => {
    const reseal = createReseal({ sealer: after, targets: [memoryTarget(new Map())] })
    await expect(reseal.run({ targets: ['other'] })).rejects.toMatchObject({ code: 'config' })
    await expect(reseal.partition('other', { parts: 2 })).rejects.toMatchObject({ code: 'config' })
  })
})
