import { describe, expect, it } from 'vitest'
import { createLexicon } from '../../src/names/lexicon.ts'
import { wordsOf } from '../../src/text/words.ts'

const lexicon = createLexicon([
  { type: 'CARD', names: 'numero tarjeta,=carte,kreditkart*' },
  { type: 'BIRTH', names: 'fecha nacimiento,geburtsdatum', near: 'ne le' },
  { type: 'PHONE', names: '電話番号,手机', near: '電話' },
  { type: 'MAIL', names: 'メールアドレス' },
  { type: 'ID', names: 'sid' },
])
const found = (text: string) =>
  lexicon.mentions(wordsOf(text)).map(({ type, naming, at, length }) => `${type}${naming ? '' : '?'}@${at}+${length}`)
const whole = (text: string) => lexicon.whole(wordsOf(text))

describe('phrases of a lexicon', () => {
  it('are found across what links words', () => {
    expect(found('el numero de la tarjeta')).toEqual(['CARD@1+4'])
    expect(found('numero tarjeta')).toEqual(['CARD@0+2'])
    expect(found('tarjeta numero')).toEqual([])
  })

  it('keep a link at their end', () => {
    expect(found('ne le 3 mai')).toEqual(['BIRTH?@0+2'])
    expect(found('ne pas')).toEqual([])
  })

  it('are parts of words where no spaces are written, and name what ends in them', () => {
    expect(found('電話番号')).toEqual(['PHONE@0+1', 'PHONE?@0+1'])
    expect(found('電話番号種別')).toEqual(['PHONE?@0+1', 'PHONE?@0+1'])
    expect(found('メールアドレス')).toEqual(['MAIL@0+1'])
  })

  it('that stand for themselves are no mentions', () => expect(found('carte 1234')).toEqual([]))
})

describe('whole names', () => {
  it.each([
    ['carte', 'CARD'],
    ['fechanacimiento', 'BIRTH'],
    ['geburts_datum', 'BIRTH'],
    ['kreditkarte', 'CARD'],
    ['Kreditkartennummer', 'CARD'],
    ['sid', 'ID'],
    ['手机号', 'PHONE'],
  ])('%s is %s', (name, type) => expect(whole(name)).toBe(type))

  it.each(['carte_type', 'la_carte', 'kreditkartentyp', 's_id', 'kredit'])('%s is none', (name) =>
    expect(whole(name)).toBeUndefined(),
  )

  it('are looked up in linear time', () => {
    const words = new Array(100_000).fill(['numero', 'de', 'la']).flat()
    const start = performance.now()
    lexicon.mentions(words)
    expect(performance.now() - start).toBeLessThan(2_000)
  })
})
