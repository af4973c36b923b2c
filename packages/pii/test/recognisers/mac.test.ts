import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { finder, judge } from './found.ts'

const found = finder('MAC_ADDRESS')
const octets = ['00', '1a', '2B', '3c', '4D', '5e']
const forms = [
  octets.join(':'),
  octets.join('-'),
  '001a.2b3c.4d5e',
  '001A.2B3C.4D5E',
  'aa:bb:cc:dd:ee:ff',
  'AB-CD-EF-AB-CD-EF',
  'abcd.efab.cde0',
]

describe('MAC addresses', () => {
  it.each(forms)('%s', (address) => {
    for (const text of [address, `at ${address}.`, `"${address}"`, `(${address}),`, `mac=${address};`, `${address}\n`])
      expect(found(text), text).toEqual([address])
    expect(judge('MAC_ADDRESS')(address)).toEqual([0.85, false])
  })

  it('of any octets', () =>
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 6, maxLength: 6 }),
        fc.constantFrom(':', '-'),
        fc.boolean(),
        (bytes, separator, upper) => {
          fc.pre(bytes.some((byte) => byte !== 0) && bytes.some((byte) => byte !== 255))
          const pairs = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(separator)
          const address = upper ? pairs.toUpperCase() : pairs
          expect(found(`at ${address}, then`)).toEqual([address])
        },
      ),
    ))

  it.each([
    ['of five', '00:1a:2b:3c:4d'],
    ['of seven', '00:1a:2b:3c:4d:5e:6f'],
    ['of eight (EUI-64)', '00:1a:2b:3c:4d:5e:6f:70'],
    ['of eight with dashes', '00-1a-2b-3c-4d-5e-6f-70'],
    ['of four quads', '001a.2b3c.4d5e.6f70'],
    ['of two separators', '00:1a-2b:3c-4d:5e'],
    ['with another letter', '00:1a:2b:3c:4d:5g'],
    ['with a single digit', '0:1a:2b:3c:4d:5e'],
    ['null', '00:00:00:00:00:00'],
    ['null in quads', '0000.0000.0000'],
    ['for everybody', 'ff:ff:ff:ff:ff:ff'],
    ['with a letter before', 'x00:1a:2b:3c:4d:5e'],
    ['with a letter behind', '00:1a:2b:3c:4d:5ex'],
    ['with an underscore behind', '00:1a:2b:3c:4d:5e_'],
    ['in a UUID', '12345678-90ab-4cde-8f00-001a2b3c4d5e'],
    ['of a fingerprint', '00:1a:2b:3c:4d:5e:00:1a:2b:3c:4d:5e:00:1a:2b:3c'],
  ])('%s is none', (_why, text) => expect(found(`mac ${text}`)).toEqual([]))
})
