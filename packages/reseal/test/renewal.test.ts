import { createSealer, fieldPolicy, type KeySource, type Sealer, staticKeys } from '@waxseal/core'
import { rootKeyProvider } from '@waxseal/core/keys'
import { describe, expect, it } from 'vitest'
import { createReseal } from '../src/index.ts'
import { contextOf, memoryTarget, type Stored } from './memory-target.ts'
import { keyBytes, sealerOn } from './sealers.ts'

const root = (id: string, keys: KeySource, version = 0) => rootKeyProvider({ id, version, keys })
const one = staticKeys([{ kid: 'root', version: 1, key: keyBytes.k1 }])
const two = staticKeys([
  { kid: 'root', version: 2, key: keyBytes.k2 },
  { kid: 'root', version: 1, key: keyBytes.k1, state: 'decrypt_only' },
])
const body = (sealed: unknown) => `${sealed}`.split('.').at(-1)
const fill = async (sealer: Sealer, ids: readonly string[], scope?: string) => {
  const rows = new Map<string, Stored>()
  for (const id of ids)
    rows.set(id, { sealed: await sealer.seal(`value ${id}`, { context: contextOf(id), scope }), ...(scope ? { scope } : {}) })
  return rows
}

describe('rewrap', () => {
  it('moves wrapped keys to the new generation and leaves the ciphertext', async () => {
    const rows = await fill(createSealer({ keys: root('kms', one) }), ['a', 'b'])
    const before = new Map([...rows].map(([id, { sealed }]) => [id, body(sealed)]))
    const sealer = createSealer({ keys: root('kms', two, 1) })
    rows.set('c', { sealed: await sealer.seal('value c', { context: contextOf('c') }) })
    const reseal = createReseal({ sealer, targets: [memoryTarget(rows)], mode: 'rewrap' })
    expect((await reseal.run()).targets[0]).toMatchObject({ moved: 2, current: 1, skipped: [] })
    for (const [id, { sealed }] of rows) {
      expect(sealer.inspect(sealed as string)).toMatchObject({ kid: 'kms', keyVersion: 1 })
      if (before.has(id)) expect(body(sealed)).toBe(before.get(id))
      expect(await sealer.open(sealed as string, { context: contextOf(id) })).toBe(`value ${id}`)
    }
  })

  it('moves what a local key of an older version has wrapped, which no prefix tells', async () => {
    const rows = await fill(createSealer({ keys: root('kms', one) }), ['a', 'b'])
    const sealer = createSealer({ keys: root('kms', two) })
    const plain = createReseal({ sealer, targets: [memoryTarget(rows)], mode: 'rewrap' })
    expect((await plain.run()).targets[0]).toMatchObject({ moved: 0, current: 2 })
    const old = { kid: 'root', version: 1 }
    expect(await plain.canRetire(old)).toMatchObject({ ok: false, reason: 'needed' })
    const reseal = createReseal({ sealer, targets: [memoryTarget(rows)], mode: 'rewrap', from: [old] })
    expect((await reseal.run()).targets[0]).toMatchObject({ moved: 2 })
    expect((await reseal.run()).targets[0]).toMatchObject({ moved: 0, current: 2 })
    expect(await plain.canRetire(old)).toMatchObject({ ok: true })
    expect(await plain.canRetire({ kid: 'root', version: 2 })).toMatchObject({ reason: 'needed' })
  })

  it('reports what carries no wrapped key', async () => {
    const sealer = createSealer({ keys: [root('kms', one), staticKeys([{ kid: 'k3', key: keyBytes.k3 }])] })
    const rows = await fill(sealerOn(['k3']), ['a'])
    const report = await createReseal({ sealer, targets: [memoryTarget(rows)], mode: 'rewrap' }).run()
    expect(report.targets[0]!.skipped).toEqual([{ reason: 'not_wrapped', count: 1, ids: ['a'] }])
  })

  it.each([
    ['a bundle', { fields: ['/card'] }],
    ['groups', { groups: { pii: ['/name'], pci: ['/card'] } }],
    ['inline fields', { fields: ['/card', '/name'], form: 'inline' as const }],
  ])('takes documents: %s', async (_, options) => {
    const policy = fieldPolicy(options)
    const document = { card: '4111', name: 'Ada', list: [1, { deep: true }], note: 'wax1.not-one' }
    const context = contextOf('a')
    const before = createSealer({ keys: root('kms', one) })
    const after = createSealer({ keys: root('kms', two, 1) })
    for (const mode of ['rewrap', 'reseal'] as const) {
      const rows = new Map<string, Stored>([['a', { sealed: await before.sealFields(document, policy, { context }) }]])
      const target = memoryTarget(rows, { item: { policy } })
      const reseal = createReseal({ sealer: after, targets: [target], mode })
      expect(await reseal.canRetire({ kid: 'kms', version: 0 })).toMatchObject({ reason: 'needed' })
      expect((await reseal.run()).targets[0], mode).toMatchObject({ moved: 1, skipped: [] })
      expect(await after.openFields(rows.get('a')!.sealed as object, policy, { context })).toEqual(document)
      expect(await reseal.canRetire({ kid: 'kms', version: 0 })).toMatchObject({ ok: true })
    }
  })
})

describe('an inline document', () => {
  it('is damaged where a field of its policy is, and nowhere else', async () => {
    const policy = fieldPolicy({ fields: ['/card', '/name'], form: 'inline' })
    const context = contextOf('a')
    const sealed = await sealerOn(['k1']).sealFields({ card: '4111', name: 'Ada', note: 'wax1.c256.k1~1.x' }, policy, { context })
    const rows = new Map<string, Stored>([['a', { sealed }]])
    const reseal = createReseal({ sealer: sealerOn(['k2', 'k1']), targets: [memoryTarget(rows, { item: { policy } })] })
    expect((await reseal.run()).targets[0]).toMatchObject({ moved: 1 })
    expect(await reseal.canRetire({ kid: 'k1' })).toMatchObject({ ok: true })
    rows.set('a', { sealed: { ...sealed, card: (sealed.card as string).slice(0, 40) } })
    expect((await reseal.run()).targets[0]!.skipped).toEqual([{ reason: 'malformed', count: 1, ids: ['a'] }])
    rows.set('a', { sealed: { ...sealed, card: 'wax1.c256.k1~1.x', name: 'Ada' } })
    expect(await reseal.canRetire({ kid: 'k1' })).toMatchObject({ ok: false, reason: 'unreadable' })
  })
})

describe('scopes', () => {
  const keysOf = (current: 'k1' | 'k2') =>
    staticKeys([
      { kid: 'k1', key: keyBytes.k1, scope: 'tenant:a', state: current === 'k1' ? 'active' : 'decrypt_only' },
      { kid: 'k2', key: keyBytes.k2, scope: 'tenant:a', state: current === 'k2' ? 'active' : 'decrypt_only' },
      { kid: 'k3', key: keyBytes.k3, scope: 'tenant:b' },
    ])

  it('have current keys of their own; one without a key stops nobody else', async () => {
    const before = createSealer({ keys: keysOf('k1') })
    const after = createSealer({ keys: keysOf('k2') })
    const rows = new Map([...(await fill(before, ['a1', 'a2'], 'tenant:a')), ...(await fill(before, ['b1'], 'tenant:b'))])
    rows.set('c1', { sealed: rows.get('a1')!.sealed, scope: 'tenant:gone' })
    const report = await createReseal({ sealer: after, targets: [memoryTarget(rows)] }).run()
    expect(report.targets[0]).toMatchObject({
      moved: 2,
      current: 1,
      skipped: [{ reason: 'key_not_found', count: 1, ids: ['c1'] }],
    })
  })

  it('are loaded as they are met, and no others', async () => {
    const policy = fieldPolicy({ groups: { pii: ['/name'], pci: ['/card'] } })
    const scopes = { pii: 'tenant:a', pci: 'tenant:b' }
    const context = contextOf('a')
    const sealed = await createSealer({ keys: keysOf('k1') }).sealFields({ card: '4111', name: 'Ada' }, policy, {
      context,
      scopes,
    })
    // Not at hand at first, as those of a service; there is no key without scope.
    const keys = keysOf('k2')
    const loaded = new Set<unknown>()
    const remote: KeySource = {
      ...keys,
      current(scope, call) {
        if (loaded.has(scope)) return keys.current(scope, call)
        return Promise.resolve().then(() => {
          const key = keys.current(scope, call)
          loaded.add(scope)
          return key
        })
      },
    }
    const rows = new Map<string, Stored>([['a', { sealed }]])
    const reseal = createReseal({
      sealer: createSealer({ keys: remote }),
      targets: [memoryTarget(rows, { item: { policy, scopes } })],
    })
    expect((await reseal.run()).targets[0]).toMatchObject({ moved: 1, skipped: [] })
    expect(loaded).toEqual(new Set(['tenant:a', 'tenant:b']))
  })

  it('are taken by group of a document; only stale groups are sealed anew', async () => {
    const policy = fieldPolicy({ groups: { pii: ['/name'], pci: ['/card'] } })
    const scopes = { pii: 'tenant:a', pci: 'tenant:b' }
    const context = contextOf('a')
    const document = { card: '4111', name: 'Ada' }
    const sealed = await createSealer({ keys: keysOf('k1') }).sealFields(document, policy, { context, scopes })
    const rows = new Map<string, Stored>([['a', { sealed }]])
    const after = createSealer({ keys: keysOf('k2') })
    const reseal = createReseal({ sealer: after, targets: [memoryTarget(rows, { item: { policy, scopes } })] })
    expect((await reseal.run()).targets[0]).toMatchObject({ moved: 1, skipped: [] })
    const wax = (value: unknown) => (value as { $wax: Record<string, string> }).$wax
    expect(wax(rows.get('a')!.sealed).pci).toBe(wax(sealed).pci)
    expect(after.inspect(wax(rows.get('a')!.sealed).pii!).kid).toBe('k2')
    expect(await after.openFields(rows.get('a')!.sealed as object, policy, { context, scopes })).toEqual(document)
    expect((await reseal.run()).targets[0]).toMatchObject({ moved: 0, current: 1 })
  })
})
