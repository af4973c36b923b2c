import { WaxsealError } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import { createReseal, type ResealItem, type ResealTarget } from '../src/index.ts'
import { contextOf, memoryTarget, type Stored } from './memory-target.ts'
import { fakeClock, sealerOn } from './sealers.ts'

const before = sealerOn(['k1'])
const after = sealerOn(['k2', 'k1'])
const SECRET = '4111 1111 1111 1111'

describe('a run over values in clear that are to be sealed now', () => {
  /** Offers to seal what is no envelope, as a target does that was told to. */
  const sealing = (rows: Map<string, Stored>, seal: (id: string, value: string) => Promise<unknown>): ResealTarget => {
    const target = memoryTarget(rows)
    return {
      ...target,
      async page(request) {
        const { items, next } = await target.page(request)
        const withSeal = (item: ResealItem) =>
          `${item.sealed}`.startsWith('wax1.') ? item : { ...item, seal: () => seal(item.id, item.sealed as string) }
        return { items: items.map(withSeal), next }
      },
    }
  }
  const sealed = (id: string, value: string) => after.seal(value, { context: contextOf(id) })
  /** One in clear between two under the old key. */
  async function mixed() {
    const rows = new Map<string, Stored>()
    for (const id of ['r0', 'r1', 'r2'])
      rows.set(id, { sealed: await before.seal(`${SECRET} ${id}`, { context: contextOf(id) }) })
    return rows.set('r1', { sealed: SECRET })
  }
  const opened = (rows: Map<string, Stored>) =>
    Promise.all([...rows].map(([id, { sealed }]) => after.open<string>(sealed as string, { context: contextOf(id) })))

  it('seals them beside what it moves, once', async () => {
    const rows = await mixed()
    const reseal = createReseal({ sealer: after, targets: [sealing(rows, sealed)] })
    expect((await reseal.run({ dryRun: true })).targets[0]).toMatchObject({ seen: 3, moved: 3, skipped: [] })
    expect(rows.get('r1')!.sealed).toBe(SECRET)
    expect((await reseal.run()).targets[0]).toMatchObject({ seen: 3, moved: 3, skipped: [] })
    expect(await opened(rows)).toEqual([`${SECRET} r0`, SECRET, `${SECRET} r2`])
    expect((await reseal.run()).targets[0]).toMatchObject({ seen: 3, moved: 0, current: 3 })
  })

  it('lets a writer win that seals or removes one meanwhile', async () => {
    const rows = new Map<string, Stored>(['r0', 'r1', 'r2'].map((id) => [id, { sealed: SECRET }]))
    const theirs = await after.seal('theirs', { context: contextOf('r1') })
    const target = sealing(rows, sealed)
    let raced = false
    const racing: ResealTarget = {
      ...target,
      replace(changes) {
        if (!raced) {
          rows.set('r1', { sealed: theirs })
          rows.delete('r2')
        }
        raced = true
        return target.replace(changes)
      },
    }
    const report = await createReseal({ sealer: after, targets: [racing] }).run()
    expect(report.targets[0]).toMatchObject({ moved: 1, current: 2, conflicted: 2, skipped: [] })
    expect(rows.get('r1')!.sealed).toBe(theirs)
    expect(rows.has('r2')).toBe(false)
  })

  it('reports those that cannot be sealed, and tries again what may succeed later', async () => {
    const rows = await mixed()
    rows.set('r2', { sealed: 'poison' })
    let failures = 2
    const seal = async (id: string, value: string) => {
      if (value === 'poison') throw new WaxsealError('already_sealed', 'it may be sealed already')
      if (failures-- > 0) throw new WaxsealError('throttled', 'slower')
      return sealed(id, value)
    }
    const report = await createReseal({ sealer: after, targets: [sealing(rows, seal)], ...fakeClock() }).run()
    expect(report.targets[0]).toMatchObject({ moved: 2 })
    expect(report.targets[0]!.skipped).toEqual([{ reason: 'already_sealed', count: 1, ids: ['r2'] }])
  })

  it('leaves them to other runs where it is about some keys or about wraps', async () => {
    for (const about of [{ from: [{ kid: 'k1' }] }, { mode: 'rewrap' as const }]) {
      const rows = new Map<string, Stored>([['r0', { sealed: SECRET }]])
      const report = await createReseal({ sealer: after, targets: [sealing(rows, sealed)], ...about }).run()
      expect(report.targets[0]!.skipped).toMatchObject([{ reason: 'plaintext_rejected', count: 1 }])
      expect(rows.get('r0')!.sealed).toBe(SECRET)
    }
  })

  it('does not count on them where a key is to be retired: they need none', async () => {
    const rows = await mixed()
    const target = sealing(rows, () => Promise.reject(new Error('a count seals nothing')))
    const reseal = createReseal({ sealer: after, targets: [target] })
    expect((await reseal.stillOn({ kid: 'k1' }))[0]).toMatchObject({ needed: 2, unreadable: 0 })
    for (const id of ['r0', 'r2']) rows.delete(id)
    expect(await reseal.canRetire({ kid: 'k1' })).toMatchObject({ ok: true })
  })
})
