import { describe, expect, it } from 'vitest'
import { agoText, contextsOf, copyText, durationText, leafText, sizeText, visible } from '../src/inspector/page/format.js'
import { batchesOf, type Opening, openingOf } from '../src/inspector/page/openings.js'
import { above, firstUnfolded, rowsOf } from '../src/inspector/page/rows.js'
import { findSealed, readDocument } from '../src/inspector/page/sealed.js'
import { headerProblem } from '../src/inspector/page/session.js'
import { answerOf, BILLING, sealed, sealedPayload, sealer, serverWith } from './bench.js'

const storing = { context: BILLING, storeContext: true } as const

describe('what is sealed in a document', () => {
  it('is found where the server finds it', async () => {
    const bytes = Buffer.from(await sealer.seal('in a column', { ...storing, as: 'bytes' }))
    const document = {
      value: await sealed('x'),
      'a/b~c': [await sealed(1), 'wax0.no', 'waxy', null],
      payloads: [await sealedPayload({ a: 1 }), { metadata: { encoding: 'anNvbi9wbGFpbg==' }, data: 'MQ==' }],
      ojs: { ojs_encoded: true, encoding: 'binary/waxseal', data: (await sealedPayload(1)).data },
      column: `\\x${bytes.toString('hex')}`,
      text: JSON.stringify({ deep: [await sealed('in a text')] }),
      plain: '{"wax": 1}',
      fields: await sealer.sealFields({ card: '1', city: 'Wien' }, { fields: ['/card'] }, storing),
      __proto: { constructor: await sealed('odd names') },
    }
    const { report } = await answerOf(serverWith(), { path: '/inspect', body: { document } })
    const { sealed: found, texts } = findSealed(document)
    expect([...found.keys()].sort()).toEqual(report.map(({ pointer }: { pointer: string }) => pointer).sort())
    expect([...texts.keys()]).toEqual(['/text'])
    expect(found.get('/fields')).toMatchObject({ kind: 'fields', header: { $wax: expect.stringMatching(/^wax1\./) } })
  })

  it('stands in clear members of sealed fields as well', async () => {
    const document = await sealer.sealFields({ pin: 1, copy: await sealed('x') }, { fields: ['/pin'] }, storing)
    expect([...findSealed(document).sealed.keys()]).toEqual(['', '/copy'])
  })

  it('is not looked for where a document nests too deep', () => {
    expect(() => findSealed(JSON.parse('['.repeat(500) + ']'.repeat(500)))).toThrow('64 levels')
  })
})

describe('a document', () => {
  it('is JSON, the first line of JSON Lines, or an envelope', () => {
    expect(readDocument(' {"a":1}\n')).toEqual({ root: { a: 1 } })
    expect(readDocument('{"a":1}\n{"a":2}\n')).toEqual({ root: { a: 1 }, note: 'line 1 of 2' })
    expect(readDocument('wax1.c256.k1~1.AA\n')).toEqual({ root: 'wax1.c256.k1~1.AA' })
    for (const text of ['', 'hello', '{"a":', '{"a":1}x']) expect(() => readDocument(text)).toThrow(SyntaxError)
  })

  it.runIf('rawJSON' in JSON)('keeps numbers as they were written', () => {
    const { root } = readDocument('{"n":12345678901234567890}')
    expect(leafText((root as { n: unknown }).n)).toBe('12345678901234567890')
    expect(copyText(root)).toContain('12345678901234567890')
  })
})

describe('lines', () => {
  const document = findSealed({ a: { b: [1, 2] }, s: 'wax1.c256.k1~1.AA', f: { $wax: 'wax1.c256.k1~1.AA', card: '[sealed]' } })
  const lines = (openings: [string, Opening][] = [], expanded = ['', '/a', '/s', '/f', '/f/x']) =>
    rowsOf(document, new Map(openings), new Set(expanded)).map(({ pointer, shown }) => (shown ? `${pointer} ${shown}` : pointer))
  const opened = (value: unknown, outcome: 'clear' | 'masked' = 'masked'): Opening => ({
    status: 'open',
    asked: 'clear',
    outcome,
    value,
    left: 0,
  })

  it('are those that are unfolded; sealed fields are told by their object', () => {
    expect(lines()).toEqual(['', '/a', '/a/b', '/s', '/f', '/f/card'])
    expect(lines([], [])).toEqual([''])
  })

  it('show what was opened in its place', () => {
    expect(lines([['/s', opened({ p: 1 })]])).toEqual(['', '/a', '/a/b', '/s masked', '/s/p masked', '/f', '/f/card'])
    expect(lines([['/f', opened({ card: '1', x: [1] }, 'clear')]]).slice(4)).toEqual([
      '/f clear',
      '/f/card clear',
      '/f/x clear',
      '/f/x/0 clear',
    ])
    expect(lines([['/s', { status: 'failed', why: '' }]])).toEqual(lines())
  })

  it('tell what was sealed from what was in clear all along', () => {
    const fields = findSealed({ f: { $wax: 'wax1.c256.k1~1.AA', card: '[sealed]', id: 7, deep: { a: 1 } } })
    const openings = new Map([['/f', opened({ card: '1', id: 7, deep: { a: 1, b: [2] } })]])
    const disclosed = rowsOf(fields, openings, new Set(['', '/f', '/f/deep', '/f/deep/b'])).filter((row) => row.isDisclosed)
    expect(disclosed.map(({ pointer }) => pointer)).toEqual(['/f/card', '/f/deep/b', '/f/deep/b/0'])
  })

  it('are unfolded on the way to what is sealed, and not where there are too many', () => {
    const list = Array.from({ length: 5000 }, (_, at) => ({ at }))
    const large = findSealed({ list, deep: { deeper: { s: 'wax1.c256.k1~1.AA' } } })
    expect([...firstUnfolded(large)].sort()).toEqual(['', '/deep', '/deep/deeper'])
    expect(above('/a/b~1c/0')).toEqual(['', '/a', '/a/b~1c'])
  })
})

describe('what the report says of an envelope', () => {
  const entry = { pointer: '/0', outcome: 'masked', kid: 'k1', context: BILLING } as const
  it('is its own, whatever became of others', () => {
    const report = [
      entry,
      { pointer: '/0/inner', outcome: 'failed' },
      { pointer: '/1', outcome: 'refused' },
      { pointer: '/10', outcome: 'clear' },
    ] as const
    expect(openingOf(0, 'v', report, 'masked', false)).toEqual({
      status: 'open',
      asked: 'masked',
      outcome: 'masked',
      value: 'v',
      left: 1,
    })
    expect(openingOf(1, 'v', report, 'masked', false)).toMatchObject({
      status: 'failed',
      why: expect.stringContaining('No rule'),
    })
    expect(openingOf(2, 'v', report, 'masked', false)).toMatchObject({ status: 'failed' })
  })

  it('is not that of what came out of it', () => {
    const report = [{ pointer: '/0', within: '/0', outcome: 'failed' }, entry] as const
    expect(openingOf(0, 'v', report, 'masked', false)).toMatchObject({ status: 'open', outcome: 'masked', left: 1 })
  })

  it('is that it needs a context only while none was named', () => {
    const report = [{ pointer: '/0', outcome: 'failed', kid: 'k1', context: null }] as const
    expect(openingOf(0, 'v', report, 'masked', false)).toMatchObject({ why: expect.stringContaining('no context') })
    expect(openingOf(0, 'v', report, 'masked', true)).toMatchObject({ why: expect.stringContaining('does not open') })
  })

  it('comes in batches of what the server takes', () => {
    const length = (text: string) => text.length
    expect(batchesOf(['a', 'b', 'c'], length, { count: 2, length: 10 })).toEqual([['a', 'b'], ['c']])
    expect(batchesOf(['aaa', 'bb', 'cc'], length, { count: 9, length: 4 })).toEqual([['aaa'], ['bb', 'cc']])
    expect(batchesOf(['much too long'], length, { count: 9, length: 4 })).toEqual([['much too long']])
  })
})

describe('texts', () => {
  it('hide nothing', () => {
    expect(visible('a\u202eb\u200b\u0000\nc\ud800\u{e0041}')).toBe('a\\u202eb\\u200b\\u0000\\nc\\ud800\\u{e0041}')
    expect(visible('Grüße, مرحبا, 👩‍💻')).toBe('Grüße, مرحبا, 👩‍💻')
  })

  it('of sizes and times are short', () => {
    expect([0, 1, 1023, 1024, 1_500_000, 5e12].map(sizeText)).toEqual(['0 B', '1 B', '1023 B', '1 KiB', '1.4 MiB', '4657 GiB'])
    expect([5, 61_000, 86_400_000, 86_400_000 * 42, 86_400_000 * 400, 86_400_000 * 800].map(durationText)).toEqual([
      'a moment',
      '1 minute',
      '1 day',
      '42 days',
      '13 months',
      '2 years',
    ])
    expect([agoText(new Date(0), 3_600_000), agoText(new Date(7_200_000), 3_600_000)]).toEqual(['1 hour ago', 'in 1 hour'])
  })

  it('of contexts are read as the trail has them, cut ones too', () => {
    expect(contextsOf('{"app":"a b","job":"} {"} {"app":"c"} {"app":"cu…')).toEqual([
      { app: 'a b', job: '} {' },
      { app: 'c' },
      '{"app":"cu…',
    ])
  })

  it('that stand in a header are checked before they are sent', () => {
    expect(['case 7', 'Fall ü', ''].map(headerProblem)).toEqual([undefined, undefined, undefined])
    for (const text of ['審', 'a\nb', 'x'.repeat(256)]) expect(headerProblem(text)).toEqual(expect.any(String))
  })
})
