import { describe, expect, it } from 'vitest'
import { finder, judge, seeded } from './found.ts'

const found = finder('IBAN')
const judged = judge('IBAN')

/** The examples of the SWIFT registry without their check digits, and of countries outside it that use the format. */
const EXAMPLES =
  'AD00012030200359100100 AE0331234567890123456 AL212110090000000235698741 AT1904300234573201 AZNABZ00000000137010001944 ' +
  'BA1290079401028494 BE539007547034 BGBNBG96611020345678 BHBMAG00001299123456 BI10000100010000332045181 ' +
  'BR00360305000010009795493C1 BYNBRB3600900000002Z00AB00 CH00762011623852957 CR015202001026284066 CY002001280000001200527600 ' +
  'CZ08000000192000145399 DE370400440532013000 DJ00010000000154000100186 DK00400440116243 DOBAGR00000001212453611324 ' +
  'EE2200221020145685 EG0019000500000000263180002 ES21000418450200051332 FI12345600000785 FKSC123456789012 FO64600001631634 ' +
  'FR20041010050500013M02606 GBNWBK60161331926819 GENB0000000101904917 GINWBK000000007099453 GL64710001000206 ' +
  'GR01101250000000012300695 GTTRAJ01020000001210029690 HR10010051863000160 HU117730161111101800000000 IEAIBK93115212345678 ' +
  'IL0108000000099999999 IQNBIQ850123456789012 IS0159260076545510730339 ITX0542811101000000123456 JOCBJO0010000000000131000302 ' +
  'KWCBKU0000000000001234560101 KZ125KZT5004100100 LB099900000001001901229114 LCHEMM000100010012001200023015 LI088100002324013AA ' +
  'LT1000011101001000 LU0019400644750000 LVBANK0000435195001 LY002048000020100120361 MC11222000010123456789030 MDAG000225100013104168 ' +
  'ME505000012345678951 MK250120000058984 MN1234123456789123 MR00020001010000123456753 MTMALT011000012345MTLCAST001S ' +
  'MUBOMM0101101030300200000MUR NIBAPR00000013000003558124 NLABNA0417164300 NO86011117947 OM0180000001299123456 PKSCBL0000001123456702 ' +
  'PL109010140000071219812874 PSPALS000000000400123456702 PT000201231234567890154 QADOHB00001234567890ABCDEFG ROAAAA1B31007593840000 ' +
  'RS260005601001611379 RU04452522540817810538091310419 SA80000000608010167519 SCSSCB11010000000000001497USD SD29010501234001 ' +
  'SE50000000058398257466 SI263300012039086 SK12000000198742637541 SMU0322509800000000270100 SO1000001001000100141 ST000100010051845310146 ' +
  'SVCENR00000000000000700025 TL0080012345678910157 TN10006035183598478831 TR0006100519786457841326 UA3223130000026007233566001 ' +
  'VA001123000012345678 VGVPVG0000012345678901 XK1212012345678906 YECBYE0001018861234567891234'

/** ISO 7064 mod 97-10, over a number of any length. */
function withCheckDigits(country: string, account: string): string {
  const number = [...`${account}${country}00`].map((character) => Number.parseInt(character, 36)).join('')
  return country + String(98n - (BigInt(number) % 97n)).padStart(2, '0') + account
}

const ibans = EXAMPLES.split(' ').map((example) => withCheckDigits(example.slice(0, 2), example.slice(2)))
const inFours = (text: string, separator = ' ') => (text.match(/.{1,4}/g) ?? []).join(separator)
const british = withCheckDigits('GB', 'NWBK60161331926819')

describe('IBANs', () => {
  it('are made here as the registry makes them', () => {
    expect(british.slice(0, 4)).toBe('GB29')
    expect(withCheckDigits('DE', '370400440532013000').slice(0, 4)).toBe('DE89')
    expect(ibans).toHaveLength(new Set(ibans.map((text) => text.slice(0, 2))).size)
  })

  it.each(ibans)('%s', (text) => {
    expect(judged(text)).toEqual([1, true])
    for (const written of [
      text,
      text.toLowerCase(),
      inFours(text),
      inFours(text, '-'),
      inFours(text, '.'),
      inFours(text, '\u00a0'),
    ])
      for (const around of [
        written,
        `to ${written}, please`,
        `"${written}"`,
        `IBAN:${written}.`,
        `(${written})`,
        `\n${written}\n`,
      ])
        expect(found(around), around).toEqual([written])
  })

  it.each(ibans)('%s with a digit misprinted is none', (text) => {
    const random = seeded(text.length)
    for (let at = 2; at < text.length; at++) {
      const digit = text.charAt(at)
      if (!/\d/.test(digit)) continue
      const other = (Number(digit) + 1 + Math.floor(random() * 8)) % 10
      expect(found(text.slice(0, at) + other + text.slice(at + 1))).toEqual([])
    }
  })

  it.each(ibans)('%s is none with a character more or less', (text) => {
    for (const longer of [`${text}1`, `${text}a`, `a${text}`, `1${text}`, `x_${text}`, text.slice(0, -1)])
      expect(found(longer), longer).toEqual([])
  })

  it('are found where groups changed places neither', () => {
    const [first, second, ...rest] = inFours(british).split(' ')
    expect(found([first, rest[0], second, ...rest.slice(1)].join(' '))).toEqual([])
  })

  it('have check digits from 02 to 98', () => {
    let seen = 0
    for (let account = 0; account < 2000; account++) {
      const text = withCheckDigits('DE', String(370400440532013000n + BigInt(account)))
      const check = Number(text.slice(2, 4))
      // Equal mod 97, but never made.
      for (const other of [check + 97, check - 97]) {
        if (other < 0 || other > 99) continue
        seen++
        expect(found(text.slice(0, 2) + String(other).padStart(2, '0') + text.slice(4))).toEqual([])
      }
    }
    expect(seen).toBeGreaterThan(0)
  })

  it('of a country that has none are none', () => {
    for (const country of ['US', 'CA', 'ZZ', 'CN', 'JP'])
      expect(found(`IBAN ${withCheckDigits(country, '370400440532013000')}`)).toEqual([])
  })

  it('are not found across three separators or others', () => {
    for (const separator of ['   ', '---', ',', '/', ':', '_']) expect(found(inFours(british, separator))).toEqual([])
  })

  it('are found beside each other', () => {
    const list = ibans.slice(0, 5)
    expect(found(list.join('; '))).toEqual(list)
    expect(found(list.map((text) => inFours(text)).join(' '))).toEqual(list.map((text) => inFours(text)))
  })
})
