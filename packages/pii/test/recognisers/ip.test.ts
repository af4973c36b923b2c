import { isIPv6 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isIpv6 } from '../../src/recognisers/ip.ts'
import { finder, judge } from './found.ts'

const found = finder('IP_ADDRESS')
const judged = judge('IP_ADDRESS')
const around = (address: string) => [
  address,
  `from ${address}.`,
  `from ${address}, then`,
  `"${address}"`,
  `[${address}]`,
  `(${address})`,
  `ip=${address};`,
  `\n${address}\n`,
]

describe('IPv4', () => {
  it.each(['203.0.113.7', '255.255.255.255', '192.168.1.1', '100.64.0.1', '10.0.0.1', '127.0.0.1', '8.8.8.8', '0.0.0.0'])(
    '%s',
    (address) => {
      for (const text of around(address)) expect(found(text), text).toEqual([address])
      for (const text of [`${address}:8080`, `http://${address}/path`, `user@${address}`])
        expect(found(text), text).toEqual([address])
      expect(judged(address)).toEqual([0.85, false])
    },
  )

  it.each([
    ['an octet over 255', '192.168.1.256'],
    ['an octet of four digits', '192.168.1.1000'],
    ['three octets', '192.168.100'],
    ['five octets', '192.168.100.200.50'],
    ['a letter behind', '192.168.100.200a'],
    ['a letter before', 'a192.168.100.200'],
    ['an underscore before', '_192.168.100.200'],
    ['a dot before', '.192.168.100.200'],
    ['a name behind', '192.168.100.200-beta'],
    ['a dash before', 'v-192.168.100.200'],
    ['spaces', '192. 168. 100. 200'],
  ])('with %s is none', (_why, text) => expect(found(`ip ${text}`)).toEqual([]))

  it('that may be a version needs a word', () => {
    for (const text of ['3.14.2.9', '1.2.3.4', '2.0.0.1', '192.168.01.001']) {
      expect(found(text)).toEqual([])
      expect(found(`version ${text}`)).toEqual([])
      expect(found(`ip address ${text}`)).toEqual([text])
    }
  })

  it('takes a prefix length of 0 to 32', () => {
    for (const bits of [0, 8, 24, 32]) expect(found(`203.0.113.0/${bits}`)).toEqual([`203.0.113.0/${bits}`])
    for (const bits of [33, 99, 128, 2024]) expect(found(`203.0.113.0/${bits}`)).toEqual(['203.0.113.0'])
  })
})

/** RFC 4291 section 2.2, RFC 5952 and others. */
const FORMS = [
  '2001:db8:0:0:8:800:200c:417a',
  'abcd:ef01:2345:6789:abcd:ef01:2345:6789',
  'ABCD:EF01:2345:6789:ABCD:EF01:2345:6789',
  '2001:db8::8:800:200c:417a',
  'ff01::101',
  '::1',
  '1::',
  '2001:db8::',
  '0:0:0:0:0:0:13.1.68.3',
  '0:0:0:0:0:ffff:129.144.52.38',
  '::13.1.68.3',
  '::ffff:129.144.52.38',
  '64:ff9b::192.0.2.33',
  '2001:0db8:0000:0000:0001:0000:0000:0001',
  '2001:db8:1:2:3:4:5::',
  '::2:3:4:5:6:7:8',
  '1:2:3:4:5:6:7::',
  'fe80::1',
]

describe('IPv6', () => {
  it.each(FORMS)('%s', (address) => {
    for (const text of around(address)) expect(found(text), text).toEqual([address])
    expect(found(`http://[${address}]:443/`)).toEqual([address])
  })

  it.each(FORMS)('%s with a zone and a prefix length', (address) => {
    expect(found(`${address}%eth0`)).toEqual([`${address}%eth0`])
    for (const bits of [0, 64, 128]) expect(found(`${address}/${bits}`)).toEqual([`${address}/${bits}`])
    for (const bits of [129, 999, 6400]) expect(found(`${address}/${bits}`)).toEqual([address])
  })

  it.each([
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    ':::1',
    '12345::1',
    '1:2:3:4:5:6:7:8::',
    '1:2:3:4:5:6:7:256.1.1.1',
    '::1.2.3',
    '2001:db8::g',
    'x2001:db8::1',
    '2001:db8::1x',
    '_2001:db8::1',
    '2001:db8::1_',
    '12:34:56',
    '12:30:45.123',
    '2024-01-01T12:30:45',
  ])('%s is none', (text) => expect(found(`ip ${text}`)).toEqual([]))

  it('is no scope of C++, Rust, Ruby or Perl', () => {
    for (const text of ['std::cout', 'Foo::Bar', 'a::b', 'abc::def', 'use crate::x', 'x ? a :: b', '::', 'Some::fed::Face'])
      expect(found(text)).toEqual([])
  })

  it('reads what the platform reads', () => {
    const group = fc.constantFrom('0', '1', 'ab', 'fFfF', '12345', 'g', '', '0000')
    const text = fc
      .array(fc.oneof(group, fc.constantFrom('1.2.3.4', '256.1.1.1', '192.0.2.255')), { maxLength: 9 })
      .map((groups) => groups.join(':'))
    fc.assert(
      fc.property(text, (address) => {
        fc.pre(address.includes(':'))
        expect(isIpv6(address)).toBe(isIPv6(address))
      }),
      { numRuns: 3000 },
    )
  })

  it('finds what the platform writes', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        fc.pre(/\d/.test(address))
        expect(found(`from ${address} to`)).toEqual([address])
      }),
      { numRuns: 1000 },
    )
  })
})
