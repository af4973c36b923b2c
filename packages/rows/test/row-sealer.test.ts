import { createBlindIndex, createSealer, generateKey, normalisers, type Sealed, staticKeys } from '@waxseal/core'
import { createRowSealer, type Row, type RowSealerOptions, type SealedCell, sealedColumn, sealedJson } from '@waxseal/rows'
import { describe, expect, expectTypeOf, it } from 'vitest'

const keys = staticKeys([{ kid: 'k1', key: generateKey() }])
const sealer = createSealer({ keys })
const index = createBlindIndex({
  keys,
  table: 'users',
  field: 'email',
  normaliser: normalisers.text,
  versions: [{ version: 1, key: { kid: 'k1' } }],
})

const columns = { email: sealedColumn<string>(), profile: sealedJson<{ city: string; phone: string }>({ fields: ['/phone'] }) }
const make = (options: Partial<RowSealerOptions<typeof columns>> = {}) =>
  createRowSealer({ sealer, app: 'crm', table: 'users', row: 'id', columns, ...options })
const profile = { city: 'Wien', phone: '+43 1 555' }
const codeOf = (promise: Promise<unknown>) => promise.catch((error) => error.code)

describe('a row', () => {
  it('has the types of what is stored, and of what was sealed', async () => {
    const stored = await make().seal({ id: 7, email: 'ada@example.com', profile, note: null })
    expectTypeOf(stored.email).toEqualTypeOf<SealedCell<string>>()
    expectTypeOf(stored.email).toExtend<Sealed<string>>()
    expectTypeOf<string>().not.toExtend<typeof stored.email>()
    expectTypeOf(stored.id).toEqualTypeOf<number>()
    const opened = await make().open(stored)
    expectTypeOf(opened.email).toEqualTypeOf<string>()
    expectTypeOf(opened.profile).toEqualTypeOf<{ city: string; phone: string }>()
    expect(opened).toEqual({ id: 7, email: 'ada@example.com', profile, note: null })
    // @ts-expect-error a number is no e-mail address
    await make().seal({ id: 7, email: 4 })
  })

  it('is not changed, and keeps members that nobody declared', async () => {
    const row = Object.freeze({ id: 1n, email: 'ada@example.com', at: new Date(0), big: 2n ** 60n })
    expect(await make().open(await make().seal(row))).toEqual(row)
    expect(await make().seal({ id: 'x', email: null })).toEqual({ id: 'x', email: null })
  })

  it.each([
    ['a text', '7'],
    ['a number', 7],
    ['a bigint', 7n],
  ])('is the same one whether the driver gives its id as %s', async (_, id) => {
    const stored = await make().seal({ id: '7', email: 'ada@example.com' })
    expect((await make().open({ ...stored, id })).email).toBe('ada@example.com')
  })

  it.each([[undefined], [null], [1.5], [{}], [Number.NaN]])('cannot be told by an id that is %s', async (id) => {
    expect(await codeOf(make().seal({ id, email: 'ada@example.com' }))).toBe('context_required')
    const stored = await make().seal({ id: '7', email: 'ada@example.com' })
    expect(await codeOf(make().open({ ...stored, id }))).toBe('context_required')
  })

  it('is told by several columns, which cannot be shifted into each other', async () => {
    const rows = make({ row: ['tenant', 'id'] })
    const stored = await rows.seal({ tenant: 'a","b', id: 'c', email: 'ada@example.com' })
    expect((await rows.open(stored)).email).toBe('ada@example.com')
    expect(await codeOf(rows.open({ ...stored, tenant: 'a', id: 'b","c' }))).toBe('open_failed')
  })

  it('without identity is told so, and its values open in any row', async () => {
    const rows = make({ row: 'none' })
    const stored = await rows.seal({ email: 'ada@example.com' })
    expect((await rows.open({ ...stored, id: 9 })).email).toBe('ada@example.com')
    expect(rows.placeOf('email', {})).toEqual({ context: { app: 'crm', table: 'users', field: 'email' }, scope: undefined })
  })

  it('opens under the name that a column had', async () => {
    const stored = await make().seal({ id: 1, email: 'ada@example.com' })
    const renamed = make({ columns: { mail: sealedColumn<string>({ field: 'email' }) } as never })
    expect((await renamed.open({ id: 1, mail: stored.email } as never)) as object).toEqual({ id: 1, mail: 'ada@example.com' })
  })
})

describe('rows', () => {
  it('get an outcome each, so that one which is damaged holds up no other', async () => {
    const stored = await make().sealMany([1, 2, 3].map((id) => ({ id, email: `${id}@example.com` })))
    const damaged = stored.map((row) => (row.id === 2 ? { ...row, id: 4 } : row))
    const outcomes = await make().openMany(damaged, { onError: 'settle' })
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    const error = await make()
      .openMany(damaged)
      .catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'open_failed', message: expect.stringMatching(/^email: /) })
  })

  it('wait for keys that are not at hand', async () => {
    const slow = createSealer({
      keys: {
        kind: 'source',
        current: async () => keys.current(undefined, {} as never),
        resolve: async (...args) => keys.resolve(...args),
      },
    })
    const rows = make({ sealer: slow })
    const stored = await rows.seal({ id: 1, email: 'ada@example.com', profile })
    expect(await rows.open(stored)).toEqual({ id: 1, email: 'ada@example.com', profile })
  })

  it('hand on what a key service says', async () => {
    const down = createSealer({
      keys: {
        kind: 'source',
        current: () => Promise.reject(Object.assign(new Error('down'))),
        resolve: () => Promise.reject(new Error('down')),
      },
    })
    const stored = await make().seal({ id: 1, email: 'ada@example.com' })
    await expect(make({ sealer: down }).open(stored)).rejects.toThrow()
  })
})

describe('a change', () => {
  const rows = make({ indexes: { email_index: { of: 'email', index } } })

  it('comes with the indexes of what changes, and with nothing else', async () => {
    const change = await rows.sealChange({ email: 'new@example.com' }, { id: 1 })
    expect(Object.keys(change).sort()).toEqual(['email', 'email_index'])
    expect(await rows.sealChange({ email: null }, { id: 1 })).toEqual({ email: null, email_index: null })
    expect(await rows.sealChange({}, { id: 1 })).toEqual({})
  })

  it('of what identifies the row is refused', async () => {
    expect(await codeOf(rows.sealChange({ id: 2, email: 'x@example.com' } as never, { id: 1 }))).toBe('config')
    const scoped = make({ scope: ({ tenant }) => tenant as string })
    expect(await codeOf(scoped.sealChange({ tenant: 'b' } as never, { id: 1, tenant: 'a' }))).toBe('config')
  })

  it('needs to know which row it is', async () => {
    expect(await codeOf(rows.sealChange({ email: 'x@example.com' }, {}))).toBe('context_required')
  })
})

describe('an index', () => {
  const rows = make({
    indexes: {
      email_index: { of: 'email', index },
      phone_index: { of: 'profile', index, value: ({ phone }: { phone?: string }) => phone },
    },
  })

  it('is made of what its value picks', async () => {
    const stored = await rows.seal({ id: 1, email: 'a@example.com', profile })
    const [match] = await rows.where('profile', profile)
    expect(match).toEqual({ column: 'phone_index', values: [(stored as Record<string, unknown>).phone_index] })
    expect(await rows.seal({ id: 1, profile: {} as never })).toMatchObject({ phone_index: null })
  })

  it('is made anew only from what it is made of', async () => {
    const stored = await rows.seal({ id: 1, email: 'a@example.com', profile })
    expect(await rows.reindex(stored)).toBeNull()
    const expected = (stored as Record<string, unknown>).email_index
    expect(await rows.reindex({ ...stored, email_index: 'old' })).toEqual({ email_index: expected })
    const { email: _, ...without } = stored
    expect(await codeOf(rows.reindex(without))).toBe('context_required')
  })

  it('finds no NULL, and nothing in a column without one', async () => {
    expect(await codeOf(rows.where('email', null))).toBe('config')
    expect(await codeOf(make().where('email', 'a@example.com'))).toBe('config')
  })
})

describe('the date on which a row goes', () => {
  const deleteAt = { column: 'delete_at', policy: { keep: 'for', ms: 1000 } as const }

  it('counts from the time of sealing, or from a column', async () => {
    const rows = make({ companions: { deleteAt }, now: () => 5000 })
    expect(await rows.seal({ id: 1, email: null })).toEqual({ id: 1, email: null, delete_at: new Date(6000) })
    const dated = make({ companions: { deleteAt: { ...deleteAt, createdAt: 'created' } } })
    expect(await dated.seal({ id: 1, email: null, created: new Date(0) })).toMatchObject({ delete_at: new Date(1000) })
    expect(await codeOf(dated.seal({ id: 1, email: null }))).toBe('context_required')
  })

  it('tells of rows in clear that they are not sealed', async () => {
    const rows = make({ companions: { sealed: 'is_encrypted', fields: 'pii_fields' }, write: 'plaintext' })
    const row = { id: 1, email: 'ada@example.com' }
    expect(await rows.seal(row)).toEqual({ ...row, is_encrypted: false, pii_fields: ['email', 'profile/phone'] })
  })

  it('is never where nothing is deleted', async () => {
    const rows = make({ companions: { deleteAt: { column: 'delete_at', policy: { keep: 'forever' } } } })
    expect(await rows.seal({ id: 1, email: null })).toEqual({ id: 1, email: null, delete_at: null })
  })
})

describe('a string in clear in a column of JSON', () => {
  const plaintext = { allowUntil: new Date(Date.now() + 3_600_000) }
  const within = (window?: typeof plaintext) =>
    createRowSealer({
      sealer,
      app: 'crm',
      table: 'users',
      row: 'id',
      columns: {
        note: sealedColumn<unknown>({ as: 'json', plaintext: window }),
        profile: sealedJson<unknown>({ fields: ['/phone'], plaintext: window }),
      },
    })

  it.each(['[draft] hello', '{braces', '"quoted', 'hello'])('that the driver parsed is read in a window: %s', async (text) => {
    expect(await within(plaintext).open({ id: 1, note: text, profile: text })).toEqual({ id: 1, note: text, profile: text })
    for (const row of [{ note: text }, { profile: text }])
      expect(await codeOf(within().open({ id: 1, ...row }))).toBe('plaintext_rejected')
  })
})

describe('an index column', () => {
  const rows = make({ indexes: { email_index: { of: 'email', index } } })

  it('takes no value in clear', async () => {
    const given = { id: 1, email_index: 'ada@example.com' } as never
    const error = await rows.seal(given).catch((refused) => refused)
    expect(error).toMatchObject({ code: 'plaintext_rejected', message: expect.stringMatching(/^email_index/) })
    expect(error.message).not.toContain('ada')
    expect(await codeOf(rows.sealChange(given, { id: 1 }))).toBe('plaintext_rejected')
  })

  it('is made anew of a value that comes along', async () => {
    const { email_index: hash } = await rows.seal({ id: 1, email: 'ada@example.com', email_index: 'eve@example.com' })
    expect(hash).toBe((await rows.where('email', 'ada@example.com'))[0]?.values[0])
    expect(await rows.seal({ id: 1, email_index: hash } as never)).toEqual({ id: 1, email_index: hash })
  })
})

describe('a scope', () => {
  const both = staticKeys([
    { kid: 'k1', key: generateKey() },
    { kid: 'acme', scope: 'acme', key: generateKey() },
  ])
  const rows = make({
    sealer: createSealer({ keys: both }),
    scope: ({ tenant }) => (tenant as string | null) ?? undefined,
    indexes: { email_index: { of: 'email', index } },
  })

  it('that is not told is not the key of all', async () => {
    const stored = await make({ sealer: createSealer({ keys: both }) }).seal({ id: 1, email: 'ada@example.com' })
    const calls = [
      rows.seal({ id: 1, email: 'ada@example.com' }),
      rows.sealChange({ email: 'ada@example.com' }, { id: 1 }),
      rows.open(stored),
      rows.reindex(stored),
    ]
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'context_required', message: /row's tenant/ })
    expect((await rows.open({ ...stored, tenant: null })).email).toBe('ada@example.com')
    expect(await rows.seal({ id: 1, email: null })).toEqual({ id: 1, email: null, email_index: null })
  })
})

describe('options', () => {
  it.each<[string, Partial<RowSealerOptions<never>>]>([
    ['no sealer', { sealer: undefined as never }],
    ['no app', { app: '' }],
    ['no table', { table: '' }],
    ['no row', { row: undefined as never }],
    ['an empty list of columns that identify a row', { row: [] }],
    ['no columns', { columns: {} as never }],
    ['two columns of one name', { columns: { a: sealedColumn({ field: 'x' }), x: sealedColumn() } as never }],
    ['an identity that is sealed', { row: 'email' }],
    ['an identity made of what is sealed', { row: ({ email }: Row) => `${email}` }],
    ['a scope made of what is sealed', { scope: ({ email }: Row) => `${email}` }],
    ['an index of a column that is not sealed', { indexes: { i: { of: 'name', index } } }],
    ['an index that is a sealed column', { indexes: { email: { of: 'email', index } } }],
    ['an index of nothing', { indexes: { i: { of: 'email', index: {} as never } } }],
    ['another write', { write: 'clear' as never }],
    ['another json', { json: 'bytes' as never }],
  ])('are refused that have %s', (_, options) => {
    expect(() => make(options as never)).toThrow(expect.objectContaining({ code: 'config' }))
  })
})

describe('what a row needs to be opened', () => {
  it.each([
    ['a column', { row: 'id' }, ['id'], []],
    ['columns', { row: ['tenant', 'id'] }, ['tenant', 'id'], []],
    ['a function', { row: ({ a, b }: Row) => `${a}-${b}` }, ['a', 'b'], []],
    ['a function of more than text', { row: ({ at }: Row) => (at as Date).toISOString() }, ['at'], []],
    ['nothing', { row: 'none' }, [], []],
    ['a scope', { row: 'id', scope: ({ tenant }: Row) => `tenant:${tenant}` }, ['id'], ['tenant']],
  ] as const)('is told by %s', (_, options, row, scope) => {
    expect(make(options).needs).toEqual({ row, scope })
  })
})

describe('what may be written as it is', () => {
  const columns = {
    text: sealedColumn<string>(),
    bytes: sealedColumn<string>({ as: 'bytes' }),
    json: sealedColumn<string>({ as: 'json' }),
    bundle: sealedJson<object>({ fields: ['/phone'] }),
    groups: sealedJson<object>({ groups: { pii: ['/phone'], pci: ['/card'] } }),
    inline: sealedJson<object>({ fields: ['/phone', '/list/**/x', '/any/*'], form: 'inline' }),
  }
  const document = { city: 'Wien', phone: '+43 1 555', any: { a: 1 }, list: { deep: { x: 'y' } } }
  const row = { id: 'c1', text: 'x', bytes: 'x', json: 'x', bundle: document, groups: document, inline: document }
  const names = Object.keys(columns) as (keyof typeof columns)[]

  it.each(['value', 'text'] as const)('is what was sealed, and NULL, where JSON is a %s', async (json) => {
    const rows = createRowSealer({ sealer, app: 'crm', table: 'users', row: 'id', columns, json })
    const stored = await rows.seal(row)
    for (const name of names) {
      expect(rows.isStored(name, stored[name]), name).toBe(true)
      expect(rows.isStored(name, null)).toBe(true)
      for (const clear of [row[name], JSON.stringify(row[name]), 'wax1.c256.k1~1.x', '', '"', 7, {}, [], Buffer.from('x')])
        if (name !== 'inline' || clear === row.inline) expect(rows.isStored(name, clear), `${name} ${clear}`).toBe(false)
    }
    expect(() => rows.isStored('other' as 'text', 'x')).toThrow('other is no sealed column')
  })

  it('is no inline document one of whose fields is in clear', async () => {
    const rows = createRowSealer({ sealer, app: 'crm', table: 'users', row: 'id', columns })
    const { inline } = await rows.seal(row)
    expect(rows.isStored('inline', { city: 'Wien' })).toBe(true)
    for (const clear of [{ phone: 'x' }, { any: { b: 1 } }, { list: { more: [{ x: 1 }] } }])
      expect(rows.isStored('inline', { ...inline, ...clear })).toBe(false)
  })

  it('is no document one of whose fields is in clear beside its envelope', async () => {
    const rows = createRowSealer({
      sealer,
      app: 'crm',
      table: 'users',
      row: 'id',
      columns: { ...columns, deep: sealedJson<object>({ fields: ['/**/phone', '/*/x'] }) },
    })
    const stored = await rows.seal({ ...row, deep: { phone: '1', list: [{ phone: '2' }], a: { x: 1 } } })
    expect(rows.isStored('deep', stored.deep)).toBe(true)
    expect(rows.isStored('deep', { ...stored.deep, list: [{ phone: '2' }] })).toBe(false)
    expect(rows.isStored('deep', { ...stored.deep, b: { x: 1 } })).toBe(false)
    for (const name of ['bundle', 'groups'] as const)
      expect(rows.isStored(name, { ...stored[name], phone: '+43 1 555' }), name).toBe(false)
    const { bundle: listed } = await rows.seal({ id: 'c1', bundle: [{ phone: '1' }] })
    expect(rows.isStored('bundle', listed)).toBe(true)
  })

  it('is a document that shows a preview', async () => {
    const previewed = { card: sealedJson<object>({ fields: ['/number', '/name'], preview: { '/number': 'end' } }) }
    const rows = createRowSealer({ sealer, app: 'crm', table: 'users', row: 'id', columns: previewed })
    const { card } = await rows.seal({ id: 'c1', card: { number: '5500 0000 4111', name: 'Ada' } })
    expect(card).toMatchObject({ name: '[sealed]', number: expect.stringMatching(/•4111$/) })
    expect(rows.isStored('card', card)).toBe(true)
    expect(rows.isStored('card', { ...card, number: '5500 0000 4111' })).toBe(false)
    expect(rows.isStored('card', { ...card, name: 'Ada' })).toBe(false)
  })

  it('is anything while rows are written in clear', () => {
    const rows = createRowSealer({ sealer, app: 'crm', table: 'users', row: 'id', columns, write: 'plaintext' })
    for (const name of names) expect(rows.isStored(name, 'in clear')).toBe(true)
  })
})
