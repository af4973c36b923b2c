import { describe, expect, it } from 'vitest'
import { createDetector } from '../../src/detector.ts'
import { finder } from '../recognisers/found.ts'

const found = finder('US_SSN')
const BARE = '536221234'
const words = (count: number) => Array.from({ length: count }, (_, at) => `w${'abcdefgh'[at % 8]}`).join(' ')

describe('words before a value', () => {
  it.each([
    'ssn',
    'SSN',
    'Ssn:',
    'my ssn is',
    'social security number',
    'Social-Security-Number:',
    'socialSecurityNumber=',
    'social_security_number',
    'social security no.',
    'SSNs:',
    'customer SSN #',
    'ssn\n',
    'ssn\t|\t',
    '"ssn":"',
    '{ssn:',
    '<ssn>',
    'user.ssn=',
  ])('speak for it: %j', (hint) => {
    expect(found(`${hint} ${BARE}`)).toEqual([BARE])
  })

  it.each(['ssnx', 'xssn', 'lessn', 'social', 'security', 'session', 'number', 's s n'])(
    'do not where they are others: %j',
    (word) => expect(found(`${word} ${BARE}`)).toEqual([]),
  )

  it('reach eight words far', () => {
    for (let between = 0; between <= 7; between++) expect(found(`ssn ${words(between)} ${BARE}`), `${between}`).toEqual([BARE])
    for (let between = 8; between <= 12; between++) expect(found(`ssn ${words(between)} ${BARE}`), `${between}`).toEqual([])
  })

  it('speak for all values of a list', () => {
    const others = ['536221235', '536221236', '536221237']
    expect(found(`ssn: ${[BARE, ...others].join(', ')}`)).toEqual([BARE, ...others])
  })
})

describe('words behind a value', () => {
  it.each(['ssn', 'is my ssn', '(ssn)', 'as the SSN', '- social security number'])('speak for it: %j', (hint) =>
    expect(found(`${BARE} ${hint}`)).toEqual([BARE]),
  )

  it('reach four words far', () => {
    expect(found(`${BARE} ${words(3)} ssn`)).toEqual([BARE])
    expect(found(`${BARE} ${words(4)} ssn`)).toEqual([])
  })

  it.each([',', ';', '\n', '\r\n', '"', '{', '}', '[', ']', '|', '&', '<', '>'])(
    'do not behind the end of the clause: %j',
    (sign) => expect(found(`${BARE}${sign} ssn`)).toEqual([]),
  )

  it.each([
    'is not my ssn',
    "isn't an ssn",
    'is no ssn',
    'was never ssn',
    'ist nicht ssn',
    'ist kein ssn',
    'n\u2019est pas ssn',
    'não é ssn',
    '不是ssn',
  ])('do not where they say no: %j', (words) => expect(found(`${BARE} ${words}`)).toEqual([]))

  it('say no only of what is behind', () => expect(found(`my ssn is ${BARE}, not another`)).toEqual([BARE]))
})

describe('words that name something else', () => {
  const phone = finder('PHONE')
  const number = '202-555-0123'

  it.each([
    'order',
    'Order No.',
    'invoice #',
    'tracking',
    'sku',
    'version',
    'build',
    'commit',
    'ISBN',
    'ticket',
    'Rechnung',
    'commande',
    'factura',
    'fattura',
  ])('speak against what has no proof: %j', (word) => {
    expect(phone(`${word} ${number}`)).toEqual([])
    expect(phone(`phone for ${word} ${number}`)).toEqual([number])
  })

  it('reach three words far, and not backwards', () => {
    expect(phone(`order wa wb ${number}`)).toEqual([])
    expect(phone(`order wa wb wc ${number}`)).toEqual([number])
    expect(phone(`${number} order`)).toEqual([number])
  })

  it('cannot speak against a proof', () => {
    const { detectText } = createDetector()
    for (const [type, value] of [
      ['EMAIL', 'jane@example.com'],
      ['CREDIT_CARD', '4111111111111111'],
      ['PHONE', '+44 7400 123456'],
    ] as const)
      expect(detectText(`order ${value}`).map((finding) => finding.type)).toEqual([type])
  })
})

describe('blocks of a long text', () => {
  const filler = (length: number) => 'zu '.repeat(Math.ceil(length / 3)).slice(0, length)

  it('do not part a hint from its value, wherever the border is', () => {
    for (let at = 980; at < 1060; at++) {
      const text = `${filler(at)} ssn is ${BARE} ${filler(3000)}`
      expect(found(text), `at ${at}`).toEqual([BARE])
    }
    for (let at = 980; at < 1060; at++) {
      const text = `${filler(at)} ${BARE} is the ssn ${filler(3000)}`
      expect(found(text), `behind, at ${at}`).toEqual([BARE])
    }
  })

  it('are each read', () => {
    const text = Array.from({ length: 40 }, (_, at) => `${filler(500 + at * 7)} ssn ${BARE} ${filler(500)} ${BARE}`).join(' ')
    expect(found(text)).toHaveLength(40)
  })

  it('are read in any order of their values, and of other scripts', () => {
    const russian = createDetector({ terms: [{ type: 'US_SSN', names: 'снилс' }], types: ['US_SSN'] })
    for (let at = 990; at < 1040; at++) {
      const text = `${'жу '.repeat(at / 3)} СНИЛС: ${BARE} ${'жу '.repeat(900)}`
      expect(russian.detectText(text)).toHaveLength(1)
    }
  })
})
