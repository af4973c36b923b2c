import { createDataKey, createSealer, type DataKey, type KeySource, type KeyState } from '@waxseal/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CheckpointStore, createReseal, type RetirableKeys } from '../src/index.ts'
import { contextOf, memoryTarget, type Stored } from './memory-target.ts'
import { fakeClock, sealerOn } from './sealers.ts'
import { memoryCheckpoints } from './stores.ts'

const SETTLE_MS = 1000
const KID = 'k'

type Small =
  /** A writer seals a new value under the key that is current now; it commits later, within `SETTLE_MS`. */
  | { readonly do: 'write'; readonly row: number }
  /** The same, of what it read, and only if that is still there. */
  | { readonly do: 'edit'; readonly row: number }
  | { readonly do: 'commit'; readonly nth: number }
  | { readonly do: 'delete'; readonly row: number }
  | { readonly do: 'rotate' }
  | { readonly do: 'pass'; readonly ms: number }
type Action =
  | Small
  /** A run that dies at a step, while others go on between its steps. */
  | { readonly do: 'run'; readonly dies: number | null; readonly between: readonly Small[] }
  | { readonly do: 'retire'; readonly version: number; readonly between: readonly Small[] }

/** Writers, rotations, runs that die and attempts to retire, in any order; throws when a stored value's key is gone. */
function createWorld(retiring: 'careful' | 'naive') {
  const clock = fakeClock()
  const rows = new Map<string, Stored>()
  const keys = new Map<number, { key: DataKey; state: KeyState }>()
  const pending: { deadline: number; commit: () => void }[] = []
  const checkpoints: CheckpointStore = memoryCheckpoints()
  const make = (version: number, state: KeyState) =>
    createDataKey({ kid: KID, version, state, key: new Uint8Array(32).fill(version) })
  let newest = 0
  const rotate = () => {
    const old = keys.get(newest)
    if (old) keys.set(newest, { key: make(newest, 'decrypt_only'), state: 'decrypt_only' })
    newest++
    keys.set(newest, { key: make(newest, 'active'), state: 'active' })
  }
  rotate()
  const source: KeySource = {
    kind: 'source',
    current: () => keys.get(newest)!.key,
    resolve: ({ version }) => keys.get(version)?.key ?? null,
  }
  const sealer = createSealer({ keys: source })
  const check = () => {
    for (const [id, { sealed }] of rows) {
      const { keyVersion } = sealer.inspect(sealed as string)
      if (!keys.has(keyVersion)) throw new Error(`${id} needs version ${keyVersion}, which was retired`)
    }
  }
  const store: RetirableKeys = {
    stateOf: ({ version }) => keys.get(version) ?? null,
    retire({ version }) {
      keys.delete(version)
      check()
      return Promise.resolve()
    },
  }
  const commitAt = (at: number) => {
    pending.splice(at, 1)[0]?.commit()
    check()
  }
  const pass = (ms: number) => {
    const end = clock.now() + ms
    // Nobody is later than his deadline.
    for (;;) {
      const [first] = pending.toSorted((a, b) => a.deadline - b.deadline)
      if (!first || first.deadline > end) break
      clock.pass(first.deadline - clock.now())
      commitAt(pending.indexOf(first))
    }
    clock.pass(end - clock.now())
  }
  async function small(action: Small): Promise<void> {
    if (action.do === 'rotate') return rotate()
    if (action.do === 'pass') return pass(action.ms)
    if (action.do === 'commit') return commitAt(action.nth % Math.max(1, pending.length))
    const id = `r${action.row}`
    const read = rows.get(id)?.sealed
    if (action.do === 'delete') return void rows.delete(id)
    if (action.do === 'edit' && read === undefined) return
    const sealed = await sealer.seal(`value of ${id}`, { context: contextOf(id) })
    const commit = () => {
      if (action.do === 'write' || rows.get(id)?.sealed === read) rows.set(id, { sealed })
    }
    pending.push({ deadline: clock.now() + SETTLE_MS, commit })
  }
  /** Others act between two steps of a worker, who is slow, but not so slow that his seals grow older than `SETTLE_MS`. */
  const between = (list: readonly Small[], dies: number | null = null) => {
    let step = 0
    return async () => {
      const action = list[step++ % Math.max(1, list.length)]
      if (dies !== null && step > dies) throw new Error('killed')
      if (action) await small(action.do === 'pass' ? { do: 'pass', ms: Math.min(action.ms, SETTLE_MS / 10) } : action)
    }
  }
  const engine = (step: () => Promise<void>) =>
    createReseal({ sealer, targets: [memoryTarget(rows, { step })], checkpoints, pageSize: 2, now: clock.now })

  return {
    rows,
    keys,
    sealer,
    pass,
    async act(action: Action): Promise<void> {
      if (action.do === 'run') await engine(between(action.between, action.dies)).run()
      else if (action.do === 'retire') {
        const reseal = engine(between(action.between))
        const key = { kid: KID, version: action.version }
        if (retiring === 'careful') await reseal.retireWhenUnused(key, { keys: store, targets: ['memory'], settleMs: SETTLE_MS })
        else if ((await reseal.canRetire(key)).ok && action.version !== newest) await store.retire(key)
      } else await small(action)
      check()
    },
  }
}

const row = fc.integer({ min: 0, max: 5 })
const small: fc.Arbitrary<Small> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('write' as const), row }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('edit' as const), row }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('commit' as const), nth: fc.nat(5) }) },
  fc.record({ do: fc.constant('delete' as const), row }),
  { weight: 2, arbitrary: fc.constant({ do: 'rotate' as const }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: SETTLE_MS }) }) },
)
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: small },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('run' as const),
      dies: fc.option(fc.nat(8), { nil: null }),
      between: fc.array(small, { maxLength: 6 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('retire' as const),
      version: fc.integer({ min: 1, max: 3 }),
      between: fc.array(small, { maxLength: 4 }),
    }),
  },
)

const history = fc.array(action, { minLength: 10, maxLength: 60, size: 'max' })

describe('a key', () => {
  it('is never retired while a stored value needs it, and is when none does', async () => {
    let retired = 0
    await fc.assert(
      fc.asyncProperty(history, async (actions) => {
        const world = createWorld('careful')
        for (const each of actions) await world.act(each)
        // Once everybody is done, all but the current key go.
        world.pass(SETTLE_MS)
        // The first ends what a run that died has begun, perhaps for another key.
        for (let run = 0; run < 2; run++) await world.act({ do: 'run', dies: null, between: [] })
        for (const pass of [0, SETTLE_MS]) {
          world.pass(pass)
          for (const version of [...world.keys.keys()]) await world.act({ do: 'retire', version, between: [] })
        }
        retired += Math.max(...[...world.keys].map(([version]) => version)) - 1
        expect(world.keys.size).toBe(1)
        for (const [id, { sealed }] of world.rows)
          expect(await world.sealer.open(sealed as string, { context: contextOf(id) })).toBe(`value of ${id}`)
      }),
      { numRuns: 400 },
    )
    expect(retired).toBeGreaterThan(400)
  })

  it('would be lost by counting once: the model finds it', async () => {
    const property = fc.asyncProperty(history, async (actions) => {
      const world = createWorld('naive')
      for (const each of actions) await world.act(each)
    })
    expect((await fc.check(property, { numRuns: 2000, seed: 1 })).failed).toBe(true)
  })
})

describe('retireWhenUnused', () => {
  const after = sealerOn(['k2', 'k1'])
  const key = { kid: 'k1', version: 1 }
  const setUp = async (state: string | null = 'decrypt_only') => {
    const clock = fakeClock()
    const rows = new Map<string, Stored>([['a', { sealed: await sealerOn(['k1']).seal('x', { context: contextOf('a') }) }]])
    const retired: unknown[] = []
    const keys = {
      state,
      retiredAt: null as Date | null,
      stateOf: () => (keys.state === null ? null : { state: keys.state, retiredAt: keys.retiredAt }),
      retire: async (which: unknown) => retired.push(which),
    }
    const checkpoints = memoryCheckpoints()
    const make = (partial = false) =>
      createReseal({ sealer: after, targets: [memoryTarget(rows, { partial })], checkpoints, ...clock })
    return { clock, rows, retired, keys, make, options: { keys, targets: ['memory'], settleMs: SETTLE_MS } }
  }

  it('asks twice, with time in between', async () => {
    const { clock, retired, make, options } = await setUp()
    const reseal = make()
    expect(await reseal.retireWhenUnused(key, options)).toMatchObject({ ok: false, reason: 'needed', use: [{ ids: ['a'] }] })
    await reseal.run()
    const settling = { ok: false, reason: 'settling', notBefore: new Date(clock.now() + SETTLE_MS) }
    expect(await reseal.retireWhenUnused(key, options)).toMatchObject(settling)
    clock.pass(SETTLE_MS - 1)
    expect(await reseal.retireWhenUnused(key, options)).toMatchObject(settling)
    expect(retired).toEqual([])
    clock.pass(1)
    expect(await reseal.retireWhenUnused(key, options)).toMatchObject({ ok: true })
    expect(retired).toEqual([key])
  })

  it('begins anew when a value turned up, or the key sealed again', async () => {
    const { clock, rows, retired, keys, make, options } = await setUp()
    const reseal = make()
    const old = rows.get('a')!
    rows.clear()
    for (const disturb of [() => rows.set('late', old), () => (keys.state = 'active')]) {
      expect(await reseal.retireWhenUnused(key, options)).toMatchObject({ reason: 'settling' })
      disturb()
      clock.pass(SETTLE_MS)
      expect(await reseal.retireWhenUnused(key, options)).toMatchObject({
        ok: false,
        reason: expect.stringMatching(/needed|active/),
      })
      rows.clear()
      keys.state = 'decrypt_only'
      expect(await reseal.retireWhenUnused(key, options)).toMatchObject({ reason: 'settling' })
    }
    expect(retired).toEqual([])
  })

  it('begins anew where the key sealed between two looks at it', async () => {
    const { clock, rows, retired, keys, make, options } = await setUp()
    const reseal = make()
    rows.clear()
    keys.retiredAt = new Date(clock.now() - 1)
    expect(await reseal.retireWhenUnused(key, options)).toMatchObject({ reason: 'settling' })
    clock.pass(SETTLE_MS)
    // Resumed, sealed, and retired again.
    keys.retiredAt = new Date(clock.now() - 1)
    expect(await reseal.retireWhenUnused(key, options)).toMatchObject({ reason: 'settling' })
    expect(retired).toEqual([])
    clock.pass(SETTLE_MS)
    expect(await reseal.retireWhenUnused(key, options)).toMatchObject({ ok: true })
  })

  it.each([
    ['active', 'active'],
    ['pending', 'active'],
    ['destroyed', 'destroyed'],
    ['destroy_scheduled', 'scheduled'],
    [null, 'unknown'],
  ] as const)('refuses a key that is %s', async (state, reason) => {
    const { rows, retired, make, options } = await setUp(state)
    rows.clear()
    expect(await make().retireWhenUnused(key, options)).toMatchObject({ ok: false, reason })
    expect(retired).toEqual([])
  })

  it('refuses where a target does not show all it holds', async () => {
    const { rows, make, options } = await setUp()
    rows.clear()
    expect(await make(true).retireWhenUnused(key, options)).toMatchObject({ ok: false, reason: 'partial' })
  })

  it('refuses unless every target was named', async () => {
    const { make, options } = await setUp()
    for (const targets of [[], ['memory', 'archive'], ['other']])
      await expect(make().retireWhenUnused(key, { ...options, targets })).rejects.toMatchObject({ code: 'config' })
    await expect(make().retireWhenUnused(key, { ...options, settleMs: 0 })).rejects.toMatchObject({ code: 'config' })
    await expect(make().retireWhenUnused({ kid: 'k1' } as typeof key, options)).rejects.toMatchObject({ code: 'config' })
  })

  it('takes no count for the first that left out one of its targets', async () => {
    const { clock, rows, retired, options } = await setUp()
    rows.clear()
    const checkpoints = memoryCheckpoints()
    const make = (...names: string[]) =>
      createReseal({
        sealer: after,
        targets: names.map((name) => memoryTarget(rows, { name })),
        checkpoints,
        now: clock.now,
      }).retireWhenUnused(key, { ...options, targets: names })
    expect(await make('memory')).toMatchObject({ reason: 'settling' })
    clock.pass(SETTLE_MS)
    expect(await make('memory', 'archive')).toMatchObject({ reason: 'settling' })
    expect(retired).toEqual([])
    clock.pass(SETTLE_MS)
    expect(await make('archive', 'memory')).toMatchObject({ ok: true })
  })

  it('fails where a target fails, and retires nothing', async () => {
    const { retired, options } = await setUp()
    const target = memoryTarget(new Map(), {
      step() {
        throw new Error('no connection')
      },
    })
    const reseal = createReseal({ sealer: after, targets: [target], checkpoints: memoryCheckpoints() })
    await expect(reseal.retireWhenUnused(key, options)).rejects.toMatchObject({ code: 'provider_unavailable' })
    expect(retired).toEqual([])
  })
})
