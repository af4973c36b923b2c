import { type StoredContext, sealingCodec } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import type { PolicyRule } from '../src/index.js'
import { answerOf, ask, BILLING, CARD, HR, jsonPayload, KID, sealed, sealedPayload, sealer, serverWith, TOKENS } from './bench.js'

const server = serverWith()
const open = (document: unknown, more: object = {}, on = server) => answerOf(on, { body: { document, ...more } })
/** Not Node 20. */
const KEEPS_NUMBERS = 'rawJSON' in JSON

const call = { context: BILLING, storeContext: true } as const

describe('a document', () => {
  it('is opened in place, with a report of every envelope', async () => {
    const document = {
      id: 7,
      rows: [await sealed({ a: 1 }), 'wax1.c256.k1~1.AAAA', await sealed('x', HR)],
      'a/b~c': await sealed(null),
      __proto: 'x',
    }
    const answer = await open(document)
    expect(answer.document).toEqual({ ...document, rows: [{ a: 1 }, document.rows[1], document.rows[2]], 'a/b~c': null })
    const outcomes = answer.report.map(({ pointer, outcome }: Record<string, unknown>) => [pointer, outcome])
    expect(outcomes).toEqual([
      ['/a~1b~0c', 'clear'],
      ['/rows/0', 'clear'],
      ['/rows/1', 'failed'],
      ['/rows/2', 'refused'],
    ])
    expect(answer.report[1]).toEqual({
      pointer: '/rows/0',
      outcome: 'clear',
      kid: KID,
      keyVersion: 1,
      suite: expect.any(String),
      bytes: expect.any(Number),
      context: BILLING,
    })
  })

  it('of millions of members is gone through at once, and what nests too deep in a text is left alone', async () => {
    const junk = JSON.stringify(`${'['.repeat(80)}"wax"${']'.repeat(80)}`)
    const document = `[${'1,"",'.repeat(1_000_000)}${junk},${JSON.stringify(await sealed('x'))}]`
    const { report } = await open(JSON.parse(document))
    expect(report).toMatchObject([{ pointer: '/2000001', outcome: 'clear' }])
  }, 60_000)

  it('of which half a million members look sealed is refused before they are looked at', async () => {
    const many = Array.from({ length: 500_000 }, () => 'wax1.')
    expect((await ask(server, { body: { document: many } })).status).toBe(413)
  }, 10_000)

  it('that is nothing but an envelope is opened', async () => {
    for (const value of ['x', 7, null, true, [], {}]) expect((await open(await sealed(value))).document).toEqual(value)
  })

  it('without envelopes comes back byte by byte, numbers beyond 2^53 among them', async () => {
    const document =
      '{"id":12345678901234567890,"f":0.1,"e":1e400,"s":1e-400,"n":-9007199254740993,"t":"{\\"wax\\": 1.0}","__proto__":{"x":1},"z":[]}'
    const response = await ask(server, { body: `{"document":${document}}` })
    if (!KEEPS_NUMBERS) return expect([response.status, (await response.json()).error.code]).toEqual([400, 'malformed'])
    expect(await response.text()).toBe(`{"document":${document},"report":[]}`)
  })

  it('with fields in one bundle', async () => {
    const row = { id: 1, card: CARD, profile: { phone: '1', city: 'Wien' } }
    const stored = await sealer.sealFields(row, { fields: ['/card', '/profile/phone'] }, call)
    const { document, report } = await open({ rows: [stored] })
    expect(document).toEqual({ rows: [row] })
    expect(report).toMatchObject([{ pointer: '/rows/0', outcome: 'clear', kid: KID }])
  })

  it('whose clear members hold envelopes and documents of their own', async () => {
    const inner = await sealer.sealFields({ pin: 1234 }, { fields: ['/pin'] }, call)
    const text = await sealed('x')
    const row = { card: CARD, note: `as text: ${'wax1.'}`, copy: text, inner, list: [text] }
    const stored = await sealer.sealFields(row, { fields: ['/card', '/copy'] }, call)
    const { document, report } = await open({ row: stored })
    expect(document.row).toEqual({ ...row, copy: 'x', inner: { pin: 1234 }, list: ['x'] })
    expect(report).toMatchObject([
      { pointer: '/row' },
      { pointer: '/row/copy', within: '/row' },
      { pointer: '/row/inner' },
      { pointer: '/row/list/0' },
    ])
    expect(report.filter((entry: object) => 'within' in entry)).toHaveLength(1)
  })

  it('whose root is no object', async () => {
    const stored = await sealer.sealFields([{ pin: 1234 }, { pin: 5 }], { fields: ['/*/pin'] }, call)
    expect((await open(stored)).document).toEqual([{ pin: 1234 }, { pin: 5 }])
    const masked = await answerOf(server, { token: TOKENS.bob, body: { document: stored } })
    expect(masked.document).toEqual([{ pin: '••••••••' }, { pin: '••••••••' }])
  })

  it('whose groups are for different readers', async () => {
    const row = { id: 1, card: CARD, diagnosis: 'canary', note: 'n' }
    const groups = { payment: ['/card'], medical: ['/diagnosis'], other: ['/note'] }
    const stored = await sealer.sealFields(row, { groups }, call)
    const policy: PolicyRule[] = [
      { who: ['ann'], give: 'nothing', where: { group: 'medical' } },
      { who: ['ann'], give: 'masked', where: { group: 'payment' } },
      { who: ['ann'], give: 'clear' },
    ]
    const { document, report } = await open(stored, {}, serverWith({ policy }))
    expect(document).toMatchObject({ id: 1, card: '•••• 1111', note: 'n' })
    expect(JSON.stringify(document)).not.toContain('canary')
    expect(report).toMatchObject([{ outcome: 'masked' }])
  })

  it('whose groups say that they belong to different places is refused', async () => {
    const groups = { a: ['/a'], b: ['/b'] }
    const one = await sealer.sealFields({ a: 1, b: 2 }, { groups }, call)
    const two = await sealer.sealFields({ a: 1, b: 2 }, { groups }, { context: BILLING })
    const { $wax: first } = one as unknown as { $wax: Record<string, string> }
    const { $wax: second } = two as unknown as { $wax: Record<string, string> }
    const spliced = { ...(one as object), $wax: { ...first, b: second.b } }
    const { report } = await open(spliced, { context: BILLING })
    expect(report).toMatchObject([{ pointer: '', outcome: 'failed' }])
  })

  it('whose bundle stands in another form fails', async () => {
    const stored = (await sealer.sealFields({ a: 1, b: 2 }, { groups: { a: ['/a'], b: ['/b'] } }, call)) as unknown as {
      $wax: Record<string, string>
    }
    const odd = JSON.parse(`{"$wax":{"__proto__":"${stored.$wax.a}"}}`)
    const answer = await open([stored.$wax.a, { a: '[sealed]', $wax: stored.$wax.a }, { $wax: {} }, { $wax: 1 }, odd])
    expect(answer.report.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['failed', 'failed', 'failed'])
  })

  it('with bytes as PostgreSQL prints them, and JSON in texts', async () => {
    const bytes = await sealer.seal({ a: 1 }, { ...call, as: 'bytes' })
    const nested = JSON.stringify({ big: 1, job: JSON.stringify({ data: await sealed('x') }) })
    const { document, report } = await open({ column: `\\x${Buffer.from(bytes).toString('hex')}`, nested, odd: '\\xc101zz' })
    expect(document.column).toEqual({ a: 1 })
    expect(JSON.parse(JSON.parse(document.nested).job)).toEqual({ data: 'x' })
    expect(document.odd).toBe('\\xc101zz')
    expect(report.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['/column', '/nested/job/data'])
  })

  it('with payloads of Temporal and of Open Job Spec', async () => {
    const payload = await sealedPayload({ a: 1 })
    const [bytes] = await sealingCodec(sealer, call).encode([
      { metadata: { encoding: Buffer.from('binary/plain') }, data: Uint8Array.of(0xff, 0) },
    ])
    const { document } = await open({
      history: { input: { payloads: [payload, { metadata: { encoding: 'anNvbi9wbGFpbg==' }, data: 'MQ==' }] } },
      args: [{ ojs_encoded: true, encoding: 'binary/waxseal', data: payload.data }],
      bytes: { metadata: { encoding: 'binary/waxseal' }, data: Buffer.from(bytes!.data!).toString('base64') },
      value: await sealed(Uint8Array.of(0xff, 0)),
    })
    expect(document).toEqual({
      history: { input: { payloads: [{ a: 1 }, { metadata: { encoding: 'anNvbi9wbGFpbg==' }, data: 'MQ==' }] } },
      args: [{ a: 1 }],
      bytes: { encoding: 'binary/plain', data: '/wA=' },
      value: { encoding: 'binary/plain', data: '/wA=' },
    })
  })

  it('with numbers in payloads that are too large for JavaScript', async () => {
    const payload = { ...jsonPayload(0), data: Buffer.from('{"id":12345678901234567890,"card":"4111 1111 1111 1111"}') }
    const [bytes] = await sealingCodec(sealer, call).encode([payload])
    const document = { metadata: { encoding: 'binary/waxseal' }, data: Buffer.from(bytes!.data!).toString('base64') }
    const policy: PolicyRule[] = [
      { who: ['ann'], give: 'clear' },
      { who: ['bob'], give: 'clear', what: { pointers: ['/id'] } },
      { who: ['bob'], give: 'masked' },
    ]
    const on = serverWith({ policy })
    const clear = await ask(on, { body: { document } })
    if (!KEEPS_NUMBERS)
      return expect((await clear.json()).document).toEqual({
        encoding: 'json/plain',
        data: Buffer.from(payload.data).toString('base64'),
      })
    expect(await clear.text()).toContain('{"id":12345678901234567890,')
    const masked = await ask(on, { body: { document }, token: TOKENS.bob })
    expect(await masked.text()).toContain('{"id":12345678901234567890,"card":"•••• 1111"}')
  })

  it('is described without a key', async () => {
    const document = { a: await sealed(1), b: await sealer.seal(1, { context: HR }) }
    const answer = await answerOf(server, { path: '/inspect', body: { document } })
    expect(answer.document).toEqual(document)
    expect(answer.report).toMatchObject([
      { pointer: '/a', outcome: 'sealed', kid: KID, context: BILLING },
      { pointer: '/b', outcome: 'sealed', kid: KID },
    ])
  })
})

describe('a context that the request names', () => {
  const context = { app: 'billing', namespace: 'default', job: 'j1' }

  it('opens what it is true of, and nothing else', async () => {
    const document = await sealer.seal('x', { context })
    expect((await open(document, { context })).document).toBe('x')
    for (const wrong of [
      { ...context, job: 'j2' },
      { ...context, more: '' },
    ])
      expect((await open(document, { context: wrong })).report).toMatchObject([{ outcome: 'failed' }])
    expect((await open(document, { context: { ...context, namespace: 'people' } })).report).toMatchObject([
      { outcome: 'refused' },
    ])
    expect((await open(document)).report).toMatchObject([{ outcome: 'failed' }])
  })

  it('is that of a surface, filled in', async () => {
    const surfaces = { job: { context: { app: 'billing', namespace: 'default', job: '{job}' } } }
    const on = serverWith({ surfaces })
    const document = await sealer.seal('x', { context })
    expect((await open(document, { surface: { name: 'job', values: { job: 'j1' } } }, on)).document).toBe('x')
    const other = { surface: { name: 'job', values: { job: 'j2' } } }
    expect((await open(document, other, on)).report).toMatchObject([{ outcome: 'failed' }])
    const both = { ...other, context }
    expect((await open(document, both, on)).report).toMatchObject([{ outcome: 'failed' }])
  })

  it('comes with the policy of a surface, for documents whose clear members are authenticated', async () => {
    const policy = { fields: ['/card'], authenticate: 'all' as const }
    const surfaces = { job: { context: { app: 'billing', namespace: 'default', job: '{job}' }, policy } }
    const on = serverWith({ surfaces })
    const stored = await sealer.sealFields({ id: 1, card: CARD }, policy, { context })
    const surface = { name: 'job', values: { job: 'j1' } }
    expect((await open(stored, { surface }, on)).document).toEqual({ id: 1, card: CARD })
    const changed = { ...(stored as object), id: 2 }
    expect(await open(changed, { surface }, on)).toMatchObject({ document: changed, report: [{ outcome: 'failed' }] })
  })

  it('does not stand above the one that is stored', async () => {
    const document = await sealer.seal('canary', { context: HR, storeContext: true })
    const { report, document: shown } = await open(document, { context: BILLING })
    expect([report[0].outcome, shown]).toEqual(['refused', document])
  })

  it('is proven by opening: one that was written over does not open', async () => {
    const mine = (await sealer.seal('x', call)).split('.')
    const theirs = (await sealer.seal('canary', { context: HR, storeContext: true })).split('.')
    const forged = [...theirs.slice(0, 3), mine[3], ...theirs.slice(4)].join('.')
    const any: StoredContext = { stored: 'any' }
    await expect(sealer.open(forged, { context: any })).rejects.toThrow()
    expect((await open(forged)).report).toMatchObject([{ outcome: 'failed', context: BILLING }])
  })
})

describe('envelopes that other envelopes held', () => {
  const wrapped = async (value: unknown, times: number): Promise<unknown> =>
    times === 0 ? value : wrapped({ job: await sealed(value) }, times - 1)

  it('are opened too, each under its own context', async () => {
    const payload = await sealedPayload({ deep: await sealed('p') })
    const value = { own: await sealed({ x: 1 }), theirs: await sealed('canary', HR), text: JSON.stringify([await sealed(2)]) }
    const { document, report } = await open({ job: await sealed(value), payload })
    expect(document).toEqual({ job: { own: { x: 1 }, theirs: value.theirs, text: '[2]' }, payload: { deep: 'p' } })
    expect(report).toMatchObject([
      { pointer: '/job', outcome: 'clear' },
      { pointer: '/job/own', within: '/job', outcome: 'clear' },
      { pointer: '/job/text/0', within: '/job', outcome: 'clear' },
      { pointer: '/job/theirs', within: '/job', outcome: 'refused', context: HR },
      { pointer: '/payload', outcome: 'clear' },
      { pointer: '/payload/deep', within: '/payload', outcome: 'clear' },
    ])
  })

  it('may be all that one held', async () => {
    const { document, report } = await open(await sealed(await sealed('x')))
    expect(document).toBe('x')
    expect(report).toMatchObject([{ pointer: '' }, { pointer: '', within: '' }])
    expect(report[0]).not.toHaveProperty('within')
  })

  it('are shown to nobody who may not see what they came out of', async () => {
    const inner = await sealed({ card: CARD })
    const policy: PolicyRule[] = [
      { who: ['bob'], give: 'clear', what: { pointers: ['/shown'] } },
      { who: ['bob'], give: 'masked' },
    ]
    const document = await sealed({ shown: inner, hidden: inner })
    const answer = await answerOf(serverWith({ policy }), { token: TOKENS.bob, body: { document } })
    expect(answer.report).toMatchObject([{ pointer: '' }, { pointer: '/shown', outcome: 'masked' }])
    expect(answer.document).toEqual({ shown: { card: '•••• 1111' }, hidden: '••••••••' })
  })

  it('stay sealed where they are too many, one in the other', async () => {
    const { document, report } = await open(await wrapped('canary', 8))
    expect(report.map(({ outcome }: { outcome: string }) => outcome)).toEqual([...Array(5).fill('clear'), 'sealed'])
    expect(JSON.stringify(document)).toMatch(/^(\{"job":){6}"wax1\..*"\}{6}$/)
  })

  it('count as all others do', async () => {
    const two = serverWith({ limits: { maxPayloads: 2 } })
    expect((await ask(two, { body: { document: await wrapped(1, 2) } })).status).toBe(200)
    expect((await ask(two, { body: { document: await wrapped(1, 3) } })).status).toBe(413)
  })

  it('may nest as deep as what is sealed does', async () => {
    const deep = JSON.parse(`${'['.repeat(64)}${']'.repeat(64)}`)
    expect((await open({ a: { b: await sealed(deep) } })).document).toEqual({ a: { b: deep } })
  })
})

describe('fields that are sealed inline', () => {
  const row = { id: 1, card: CARD, rows: [{ id: 'r1', pin: 1234 }], profile: { phone: '0043 1 234' } }
  const elementIds = { '/rows': 'id' }
  const fields = ['/card', '/rows/*/pin', '/profile/phone']
  const inline = (more: object = call) => sealer.sealFields(row, { fields, elementIds, form: 'inline' }, more as typeof call)

  it('are opened where the request lists them, each for itself', async () => {
    const { document, report } = await open(await inline(), { fields, elementIds })
    expect(document).toEqual(row)
    expect(report).toMatchObject([
      { pointer: '/card', outcome: 'clear', context: BILLING },
      { pointer: '/profile/phone', outcome: 'clear' },
      { pointer: '/rows/0/pin', outcome: 'clear' },
    ])
  })

  it('are opened where the policy of a surface selects them, under its context', async () => {
    const policy = { fields, elementIds, form: 'inline' as const }
    const on = serverWith({ surfaces: { row: { context: { app: 'billing', namespace: 'default', row: '{id}' }, policy } } })
    const stored = await inline({ context: { ...BILLING, row: '1' } })
    const surface = (id: string) => ({ surface: { name: 'row', values: { id } } })
    expect((await open(stored, surface('1'), on)).document).toEqual(row)
    const { document, report } = await open(stored, surface('2'), on)
    expect(document).toEqual(stored)
    expect(report).toMatchObject([{ outcome: 'failed' }, { outcome: 'failed' }, { outcome: 'failed' }])
  })

  it('are masked by what they are called, and judged by where they stand', async () => {
    const policy: PolicyRule[] = [
      { who: ['bob'], give: 'clear', what: { pointers: ['/rows'] } },
      { who: ['bob'], give: 'masked', what: { types: ['CREDIT_CARD'] } },
    ]
    const stored = await inline()
    const answer = await answerOf(serverWith({ policy }), { token: TOKENS.bob, body: { document: stored, fields, elementIds } })
    expect(answer.document).toEqual({ ...row, card: '•••• 1111', profile: { phone: '[sealed]' } })
    expect(answer.report.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['masked', 'withheld', 'clear'])
  })

  it('do not open anywhere else, and not as values', async () => {
    const stored = (await inline()) as unknown as typeof row
    const moved = { ...stored, card: stored.profile.phone, profile: { phone: stored.card } }
    const { report } = await open(moved, { fields: ['/card', '/profile/phone'] })
    expect(report).toMatchObject([{ outcome: 'failed' }, { outcome: 'failed' }, { pointer: '/rows/0/pin', outcome: 'failed' }])
    expect((await open(stored)).report).toMatchObject([{ outcome: 'failed' }, { outcome: 'failed' }, { outcome: 'failed' }])
  })

  it('are not looked for in all that a caller sends', async () => {
    const many = Array.from({ length: 3000 }, () => 1)
    let deep: unknown = many
    for (let at = 0; at < 60; at++) deep = { a: deep }
    const all = Array.from({ length: 100 }, (_, at) => `/**/**/**/x${at}`)
    const stored = await sealer.sealFields({ a: { x7: 'x' } }, { fields: ['/a/x7'], form: 'inline' }, call)
    const { document } = await open({ ...stored, deep }, { fields: all })
    expect(document.a).toEqual({ x7: 'x' })
  })

  it('are refused where too many stand in too long lists', async () => {
    const rows = Array.from({ length: 3000 }, (_, id) => ({ id, ...(id < 900 && { pin: id }) }))
    const stored = await sealer.sealFields({ rows }, { fields: ['/rows/*/pin'], elementIds, form: 'inline' }, call)
    const response = await ask(server, { body: { document: stored, fields: ['/rows/*/pin'], elementIds } })
    expect(response.status).toBe(413)
  })

  it('are told from members beside them that have a name with a meaning', async () => {
    const odd = { a: { '*': 'x', b: 'y' }, '**': { c: 'z' } }
    const fields = ['/a/*', '/**/c']
    const stored = await sealer.sealFields(odd, { fields, form: 'inline' }, call)
    const { document, report } = await open(
      { ...stored, a: { ...(stored as unknown as typeof odd).a, b: 'wax1.none' } },
      { fields },
    )
    expect(document).toEqual({ ...odd, a: { '*': 'x', b: 'wax1.none' } })
    expect(report).toMatchObject([
      { pointer: '/**/c', outcome: 'clear' },
      { pointer: '/a/*', outcome: 'clear' },
      { outcome: 'failed' },
    ])
  })

  it('are those of the document alone, and of none that it holds', async () => {
    const stored = await sealer.sealFields({ a: { b: 'x' } }, { fields: ['/a/b'], form: 'inline' }, call)
    const { a } = stored as unknown as { a: { b: string } }
    const { report } = await open({ a: JSON.stringify(a) }, { fields: ['/a/b', '/**'] })
    expect(report).toMatchObject([{ pointer: '/a/b', outcome: 'failed' }])
  })

  it('stand beside values, which fields do not name', async () => {
    const document = { ...(await inline()), note: await sealed('n'), list: [await sealed(1)] }
    expect((await open(document, { fields, elementIds })).document).toEqual({ ...row, note: 'n', list: [1] })
  })
})
