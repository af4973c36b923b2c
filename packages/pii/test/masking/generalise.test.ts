import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { generalise } from '../../src/masking/generalise.ts'
import { PiiError } from '../../src/pii-error.ts'

const now = new Date('2025-06-15T00:00:00Z')

describe('dates of birth', () => {
  it.each([
    ['1985-03-12', '1985'],
    ['1985/3/2', '1985'],
    ['19850312', '1985'],
    ['1985-03', '1985'],
    ['1985-03-12T10:20:30.000Z', '1985'],
    ['1985-03-12 10:20:30+02:00', '1985'],
    ['03/12/1985', '1985'],
    ['31/12/1985', '1985'],
    ['12.3.1985', '1985'],
    ['12 March 1985', '1985'],
    ['12. März 1985', '1985'],
    ['12-Mar-1985', '1985'],
    ['March 12th, 1985', '1985'],
    ['１９８５-０３-１２', '1985'],
    [' 1985', undefined],
    ['１９８５', undefined],
    ['13/13/1985', undefined],
    ['0/3/1985', undefined],
    ['32.1.1985', undefined],
    ['03/12/85', undefined],
    ['18101905', undefined],
    ['190312', undefined],
    ['479260800000', undefined],
    ['1985', undefined],
    ['soon', undefined],
    ['', undefined],
  ])('%s', (value, year) => {
    expect(generalise(value, 'DATE_OF_BIRTH')).toBe(year)
    expect(generalise(value, 'DATE', { now })).toBe(year)
  })

  it('aggregates ages over 89, where the present is known', () => {
    expect(generalise('1936-01-01', 'DATE_OF_BIRTH', { now })).toBe('1936')
    expect(generalise('1935-12-31', 'DATE_OF_BIRTH', { now })).toBe('90+')
    expect(generalise('1900-01-01', 'DATE_OF_BIRTH', { now: now.getTime() })).toBe('90+')
    expect(generalise('1900-01-01', 'DATE_OF_BIRTH')).toBe('1900')
    expect(generalise('2026-01-01', 'DATE_OF_BIRTH', { now })).toBeUndefined()
    expect(generalise(new Date('1985-03-12'), 'DATE_OF_BIRTH', { now })).toBe('1985')
    expect(generalise(new Date(Number.NaN), 'DATE_OF_BIRTH')).toBeUndefined()
    expect(() => generalise('1985-03-12', 'DATE', { now: Number.NaN })).toThrow('now is a date')
  })
})

describe('bands', () => {
  it('of ages', () => {
    expect(generalise(34, 'AGE')).toBe('30-39')
    expect(generalise('34', 'AGE', { width: 5 })).toBe('30-34')
    expect(generalise(0, 'AGE')).toBe('0-9')
    expect(generalise(89, 'AGE', { width: 20 })).toBe('80-89')
    expect(generalise(90, 'AGE')).toBe('90+')
    expect(generalise(104, 'AGE', { width: 2 })).toBe('90+')
    for (const value of [-1, 131, Number.NaN, 'old', 1e21, {}, null, undefined]) expect(generalise(value, 'AGE')).toBeUndefined()
  })

  it.each([
    [52_300, '50000-74999'],
    [52_300.129, '50000-74999'],
    ['52300', '50000-74999'],
    ['$52,300.50', '50000-74999'],
    ['52.300,50 €', '50000-74999'],
    ['EUR 52 300', '50000-74999'],
    ["CHF 52'300", '50000-74999'],
    ['1,234,567', '250000+'],
    [0, '0-24999'],
    [-1, undefined],
    ['1,234,56', undefined],
    ['52k', undefined],
    ['12,3456', undefined],
  ])('of incomes: %s', (value, band) => {
    expect(generalise(value, 'SALARY')).toBe(band)
  })

  it('as wide as asked for', () => {
    expect(generalise(52_300, 'INCOME', { width: 10_000 })).toBe('50000-59999')
    expect(generalise(110_000, 'INCOME', { width: 10_000 })).toBe('100000+')
    expect(generalise(110_000, 'INCOME', { width: 10_000, top: 200_000 })).toBe('110000-119999')
    expect(generalise(64_000, 'INCOME', { width: 10_000, top: 65_000 })).toBe('60000-64999')
    for (const width of [1, 0, -5, 2.5, Number.NaN]) expect(() => generalise(1, 'INCOME', { width })).toThrow(PiiError)
    for (const width of [1, 0]) expect(() => generalise(1, 'AGE', { width })).toThrow('width')
    expect(() => generalise(1, 'INCOME', { top: 5 })).toThrow('top')
  })
})

describe('places', () => {
  it.each([
    ['94103', '941'],
    ['94103-1234', '941'],
    [2139, '021'],
    ['03601', '000'],
    ['59212', '592'],
    ['20500', '000'],
    ['87801', '000'],
    ['09012', '000'],
    ['SW1A 1AA', 'SW'],
    ['m11ae', 'M'],
    ['K1A 0B1', 'K1'],
    ['1234 AB', '12'],
    ['01310-100', '01'],
    ['101', undefined],
    ['not a postcode', undefined],
  ])('postcode %s', (value, start) => {
    expect(generalise(value, 'POSTCODE')).toBe(start)
  })

  it('knows all 17 starts of the HHS guidance', () => {
    for (const start of '036 059 063 102 203 556 692 790 821 823 830 831 878 879 884 890 893'.split(' '))
      expect(generalise(`${start}01`, 'US_ZIP')).toBe('000')
    for (const start of '202 204 205 369 753 772'.split(' ')) expect(generalise(`${start}01`, 'US_ZIP')).toBe('000')
    expect(generalise('94103', 'POSTCODE', { sparseZips: ['941'] })).toBe('000')
  })

  it('reads a postcode as one of the country given', () => {
    expect(generalise('10115', 'POSTCODE', { country: 'DE' })).toBe('10')
    expect(generalise('SW1A 1AA', 'POSTCODE', { country: 'GB' })).toBe('SW')
    expect(generalise('SW1A 1AA', 'POSTCODE', { country: 'US' })).toBeUndefined()
  })

  it.each([
    [{ street: '1 Main St', city: 'Springfield' }, 'Springfield'],
    [{ town: ' Saint-Étienne ' }, 'Saint-Étienne'],
    [{ city: '12 Main St' }, undefined],
    [{ city: { name: 'Springfield' } }, undefined],
    ['12 Main St, Springfield, IL 62701', 'Springfield'],
    ['12 Main St, Apt 4, St. Louis, MO 63101-1234, USA', 'St. Louis'],
    ['12 Main St Springfield IL 62701', undefined],
    ['Main Street, IL 62701', undefined],
    ['Ada Lovelace, Main Street, IL 62701', undefined],
    ['Springfield', undefined],
    [null, undefined],
  ])('address %j', (value, city) => {
    expect(generalise(value, 'ADDRESS')).toBe(city)
  })

  it.each([
    ['52.5200, 13.4050', '52.5,13.4'],
    ['geo:52.52,-13.49', '52.5,-13.5'],
    [{ lat: 52.52, lon: 13.405 }, '52.5,13.4'],
    [{ latitude: '-0.01', longitude: '179.99' }, '0.0,180.0'],
    [[13.405, 52.52], '13.4,52.5'],
    [{ lat: 91.5, lng: 13.405 }, undefined],
    [{ lat: 52.52 }, undefined],
    ['52.5,13.4', undefined],
    [{ lat: 52.5, lng: 13.4 }, undefined],
    ['52.52 13.405 7', undefined],
  ])('location %j', (value, place) => {
    expect(generalise(value, 'LOCATION')).toBe(place)
  })
})

describe('other types', () => {
  it.each([
    ['IP_ADDRESS', '203.0.113.7', '203.0.113.0/24'],
    ['IP_ADDRESS', '::ffff:203.0.113.7', '203.0.113.0/24'],
    ['IP_ADDRESS', '2001:DB8:1:2::7', '2001:db8:1::/48'],
    ['IP_ADDRESS', '2001:db8::7', '2001:db8::/48'],
    ['IP_ADDRESS', 'fe80::1%eth0', 'fe80::/48'],
    ['IP_ADDRESS', '::1', '::/48'],
    ['IP_ADDRESS', '1:2:3:4:5:6:7', undefined],
    ['IP_ADDRESS', '1::2::3', undefined],
    ['IP_ADDRESS', '203.0.113.0/24', undefined],
    ['EMAIL', 'jane@Example.COM', 'example.com'],
    ['EMAIL', 'jane', undefined],
    ['PHONE', '+44 20 7946 0958', '+44'],
    ['PHONE', '0049 30 901820', '+49'],
    ['PHONE', '+353 1 234 5678', '+353'],
    ['PHONE', '+7 495 123-45-67', '+7'],
    ['PHONE', '(415) 555-0132', undefined],
    ['CREDIT_CARD', '4111 1111 1111 1111', 'visa'],
    ['CREDIT_CARD', '2720990000000007', 'mastercard'],
    ['CREDIT_CARD', '378282246310005', 'amex'],
    ['CREDIT_CARD', '6011000000000004', 'discover'],
    ['CREDIT_CARD', '9999 9999 9999 9999', undefined],
    ['CREDIT_CARD', '41111', undefined],
    ['IBAN', 'de89370400440532013000', 'DE'],
    ['PERSON', 'Ada Lovelace', undefined],
    ['US_SSN', '123-45-6789', undefined],
    ['SECRET', 'hunter2hunter2', undefined],
    ['constructor', 'x', undefined],
  ])('%s %s', (type, value, coarser) => {
    expect(generalise(value, type)).toBe(coarser)
  })

  it('tells the area code of North American numbers where asked to', () => {
    expect(generalise('+1 415-555-0132', 'PHONE')).toBe('+1')
    expect(generalise('+1 415-555-0132', 'PHONE', { areaCode: true })).toBe('+1 415')
    expect(generalise('(415) 555-0132', 'PHONE', { areaCode: true, country: 'US' })).toBe('+1 415')
    expect(generalise('+44 20 7946 0958', 'PHONE', { areaCode: true })).toBe('+44')
  })

  it('refuses a type that is no string', () => {
    expect(() => generalise('x', undefined as never)).toThrow(PiiError)
  })

  it('never gives the value itself, of no type', () => {
    const type = fc.constantFrom(
      ...['DATE_OF_BIRTH', 'AGE', 'SALARY', 'POSTCODE', 'ADDRESS', 'LOCATION', 'IP_ADDRESS', 'EMAIL'],
      ...['PHONE', 'CREDIT_CARD', 'IBAN', 'PERSON', 'US_SSN', 'SECRET', 'whatever'],
    )
    const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789ab .-+:@,/'), maxLength: 24 }))
    fc.assert(
      fc.property(fc.oneof(text, fc.double(), fc.jsonValue()), type, (value, type) => {
        const coarser = generalise(value, type)
        expect(coarser === undefined || (typeof coarser === 'string' && coarser !== value && coarser !== String(value))).toBe(
          true,
        )
      }),
      { numRuns: 5000 },
    )
  })

  it('stays quick on long values', () => {
    const started = performance.now()
    for (const unit of ['1', '1-', 'a,', 'a.', '1:', 'a '])
      for (const type of ['DATE', 'SALARY', 'ADDRESS', 'LOCATION', 'IP_ADDRESS', 'EMAIL', 'PHONE', 'IBAN'])
        for (const length of [150, 100_000]) generalise(unit.repeat(length), type)
    expect(performance.now() - started).toBeLessThan(1000)
  })
})
