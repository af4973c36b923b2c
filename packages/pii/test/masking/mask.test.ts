import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mask } from '../../src/masking/mask.ts'
import { PiiError } from '../../src/pii-error.ts'

const HIDDEN = '•'.repeat(8)
const kept = (value: string, type?: string) => mask(value, type, { preserveLength: true })

const examples: [type: string, value: string, masked: string, preserved: string][] = [
  ['CREDIT_CARD', '4111 1111 1111 1111', '•••• 1111', '•••• •••• •••• 1111'],
  ['CREDIT_CARD', '4111-1111-1111-1111', '•••• 1111', '••••-••••-••••-1111'],
  ['CREDIT_CARD', '378282246310005', '•••• 0005', '•••••••••••0005'],
  ['EMAIL', 'jane.roe@example.com', 'j•••@example.com', 'j•••••••@example.com'],
  ['EMAIL', 'jo@example.com', '•••@example.com', '••@example.com'],
  ['EMAIL', '"a b@c"@example.com', '•••@example.com', '•••••••@example.com'],
  ['PHONE', '+1 415-555-0132', '••• 0132', '+• •••-•••-0132'],
  ['PHONE', '(415) 555-0132 ext. 77', '••• 0132', '(•••) •••-0132 ext. ••'],
  ['PHONE', '555 0132', '••• 32', '••• ••32'],
  ['US_SSN', '123-45-6789', '•••-••-6789', '•••-••-6789'],
  ['US_SSN', '123456789', '•••-••-6789', '•••••6789'],
  ['US_ITIN', '912 70 1234', '•••-••-1234', '••• •• 1234'],
  ['IBAN', 'DE89 3704 0044 0532 0130 00', 'DE•• •••• 3000', 'DE•• •••• •••• •••• ••30 00'],
  ['IBAN', 'NO9386011117947', 'NO•• •••• 47', 'NO•••••••••••47'],
  ['IP_ADDRESS', '203.0.113.7', '203.0.•••.•••', '203.0.•••.•'],
  ['IP_ADDRESS', '203.0.113.0/24', '203.0.•••.•••', '203.0.•••.•/••'],
  ['IP_ADDRESS', '::ffff:203.0.113.7', '203.0.•••.•••', '::••••:•••.•.•••.•'],
  ['IP_ADDRESS', '2001:db8::', HIDDEN, '••••:•••::'],
  ['IP_ADDRESS', '2001:db8:1::7', '2001:db8:•••', '2001:db8:•::•'],
  ['IP_ADDRESS', 'fe80::7', HIDDEN, '••••::•'],
  ['MAC_ADDRESS', '00:1B:44:11:3A:B7', '00:1B:44:••:••:••', '00:1B:44:••:••:••'],
  ['MAC_ADDRESS', '001b.4411.3ab7', '001b.44••.••••', '001b.44••.••••'],
  ['MAC_ADDRESS', '02-1b-44-11-3a-b7', '••-••-••-••-••-••', '••-••-••-••-••-••'],
  ['CRYPTO', `bc1q${'x'.repeat(33)}f5mdq`, 'bc1q•••f5mdq', `bc1q${'•'.repeat(33)}f5mdq`],
  ['PERSON', 'Ada Lovelace', 'A••• L•••', 'A•• L•••••••'],
  ['PERSON', 'Li Wu', '••• •••', '•• ••'],
  ['DATE_OF_BIRTH', '1985-03-12', '••••-••-••', '••••-••-••'],
  ['DATE_OF_BIRTH', '3/12/1985', '••••-••-••', '•/••/••••'],
  ['UK_NINO', 'QQ 12 34 56 C', '••• 6C', '•• •• •• •6 C'],
  ['BR_CPF', '123.456.789-09', '••• 09', '•••.•••.•••-09'],
  ['IN_AADHAAR', '2345 6789 0123', '••• 0123', '•••• •••• 0123'],
  ['DE_TAX_ID', '12345', HIDDEN, '•••••'],
  ['ADDRESS', '1 Main Street', HIDDEN, '•'.repeat(13)],
]

describe('mask', () => {
  it.each(examples)('%s %s', (type, value, masked, preserved) => {
    expect(mask(value, type)).toBe(masked)
    expect(kept(value, type)).toBe(preserved)
    expect(mask(value, type.toLowerCase())).toBe(masked)
  })

  it('shows nothing of secrets, not even their length', () => {
    for (const type of ['SECRET', 'SECRET/github-pat', 'PASSWORD', 'PIN', 'CVV', 'AWS_ACCESS_KEY', 'US_API_TOKEN']) {
      for (const value of ['123', 'correct horse battery staple', '12345678', '']) {
        expect(mask(value, type)).toBe(HIDDEN)
        expect(kept(value, type)).toBe(HIDDEN)
      }
    }
  })

  it('hides what has no type, an unknown one, or not the shape of its own', () => {
    expect(mask('anything')).toBe(HIDDEN)
    expect(mask('anything', 'constructor')).toBe(HIDDEN)
    expect(mask('41111', 'CREDIT_CARD')).toBe(HIDDEN)
    expect(mask('p@ssw0rd', 'EMAIL')).toBe(HIDDEN)
    expect(mask('jane@localhost', 'EMAIL')).toBe(HIDDEN)
    expect(mask('call me', 'PHONE')).toBe(HIDDEN)
    expect(mask('999.0.0.1', 'IP_ADDRESS')).toBe(HIDDEN)
    expect(mask('hunter2 hunter2', 'PERSON')).toBe(HIDDEN)
    expect(kept('41111', 'CREDIT_CARD')).toBe('•••••')
    expect(mask(undefined as never, 'EMAIL')).toBe(HIDDEN)
    expect(mask({ number: '4111' } as never, 'EMAIL', { preserveLength: true })).toBe(HIDDEN)
    expect(mask(123456789 as never, 'US_SSN')).toBe('•••-••-6789')
  })

  it('reads digits, dashes and spaces of other scripts', () => {
    expect(mask('４１１１ １１１１ １１１１ １１１１', 'CREDIT_CARD')).toBe('•••• 1111')
    expect(kept('٤١١١\u2011١١١١\u2011١١١١\u2011١١١١', 'CREDIT_CARD')).toBe('••••-••••-••••-1111')
    expect(mask('1\u200b23\u201345\u20136789', 'US_SSN')).toBe('•••-••-6789')
    expect(mask('\u{1d7cf}\u{1d7d0}\u{1d7d1}-45-6789', 'US_SSN')).toBe('•••-••-6789')
  })

  it('leaves characters whole', () => {
    expect(mask('E\u0301mile Zola', 'PERSON')).toBe('E\u0301••• Z•••')
    expect(mask('\u{20000}\u{20001}\u{20002}', 'PERSON')).toBe('\u{20000}•••')
    expect(mask('e\u0301loise@example.com', 'EMAIL')).toBe('e\u0301•••@example.com')
    expect(kept('e\u0301\u{1f469}\u200d\u{1f680}\u{1f1e9}\u{1f1ea}\u{1f44d}\u{1f3fd}x')).toBe('•••••')
  })

  it('takes another mark, and one only', () => {
    expect(mask('4111 1111 1111 1111', 'CREDIT_CARD', { character: '*' })).toBe('**** 1111')
    expect(mask('jane@example.com', 'EMAIL', { character: 'x' })).toBe('jxxx@example.com')
    for (const character of ['', '**', 7 as never]) {
      const refused = () => mask('x', 'EMAIL', { character })
      expect(refused).toThrow(PiiError)
      expect(refused).toThrow('character is one character')
    }
  })

  const types = [...new Set(examples.map(([type]) => type)), 'SECRET', 'PASSWORD', 'POSTCODE', 'LOCATION', 'URL', 'whatever']
  const letters = (text: string) => text.match(/[\p{L}\p{N}\p{So}]/gu) ?? []
  const value = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.string({ unit: fc.constantFrom(...'0123456789abcdefXYZ .-+:@/()'), maxLength: 60 }),
    fc.constantFrom(...examples.map(([, text]) => text)),
    fc.tuple(fc.constantFrom(...examples.map(([, text]) => text)), fc.nat(40)).map(([text, end]) => text.slice(0, end)),
  )

  /** How many letters and digits may be seen: a third, and more only of the few types that people recognise by more. */
  const allowed = (text: string, type: string): number => {
    const count = letters(text).length
    const digits = text.replace(/\D/g, '').length
    if (type === 'EMAIL' && /.@.+\../.test(text)) return letters(text.slice(text.lastIndexOf('@'))).length + Math.floor(count / 3)
    if (type === 'IP_ADDRESS' && isIP(text.trim().replace(/\/\d+$/, '')) > 0) return Math.max(count - 1, 0)
    if (type === 'MAC_ADDRESS' && count === 12) return 6
    if (type === 'PHONE' && digits > 6) return digits > 9 ? 4 : 2
    if (/SSN|ITIN/.test(type) && digits === 9) return 4
    return Math.floor(count / 3)
  }

  it('never shows more than a third of what has not a known shape, and never all', () => {
    fc.assert(
      fc.property(value, fc.constantFrom(...types), fc.boolean(), (text, type, preserveLength) => {
        const masked = mask(text, type, { preserveLength }).replace(/ ext\./, '')
        expect(letters(masked).length).toBeLessThanOrEqual(allowed(text, type))
      }),
      { numRuns: 10_000 },
    )
  })

  it('never shows a character that the value does not hold, nor half of one', () => {
    fc.assert(
      fc.property(value, fc.constantFrom(...types), (text, type) => {
        const masked = mask(text, type)
        expect(masked).toBe(masked.toWellFormed?.() ?? masked)
        if (type !== 'IP_ADDRESS')
          for (const character of letters(masked))
            expect(text.normalize('NFKD').toLowerCase()).toContain(character.normalize('NFKD').toLowerCase())
      }),
    )
  })

  it('stays quick on long values', () => {
    const started = performance.now()
    for (const unit of ['1', '1-', 'a@', 'a.', '\u0301', '::', 'a '])
      for (const type of types) for (const preserveLength of [true, false]) mask(unit.repeat(20_000), type, { preserveLength })
    expect(performance.now() - started).toBeLessThan(2000)
  })
})
