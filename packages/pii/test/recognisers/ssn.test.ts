import { describe, expect, it } from 'vitest'
import { finder, judge } from './found.ts'

const found = finder('US_SSN')
const judged = judge('US_SSN')
const join = (separator: string, area = '536', group = '22', serial = '1234') => [area, group, serial].join(separator)

describe('social security numbers', () => {
  it.each(['001', '010', '099', '100', '665', '667', '733', '772', '899'])('of area %s', (area) => {
    const text = join('-', area)
    for (const around of [text, `is ${text}.`, `(${text})`, `"${text}"`, `${text}, ${text.length}`, `x:${text};`])
      expect(found(around)).toEqual([text])
  })

  it.each(['000', '666', '900', '901', '950', '987', '999'])('of area %s were never given out', (area) => {
    expect(found(`ssn ${join('-', area)}`)).toEqual([])
    expect(found(`ssn ${join('', area)}`)).toEqual([])
  })

  it.each([
    ['the group is 00', join('-', '536', '00')],
    ['the serial is 0000', join('-', '536', '22', '0000')],
    ['the separators differ', '536-22 1234'],
    ['one is missing', '536-221234'],
    ['there are three', '536---22---1234'],
    ['the groups are others', '53-622-1234'],
    ['a digit is missing', '536-22-123'],
    ['a digit is too much', '536-22-12345'],
    ['there is a group before', '1-536-22-1234'],
    ['there is a group behind', '536-22-1234-5'],
    ['a letter is before', 'a536-22-1234'],
    ['a letter is behind', '536-22-1234a'],
    ['an underscore is before', 'x_536-22-1234'],
    ['it is a decimal', '536.22.1234.7'],
  ])('are none where %s', (_why, text) => expect(found(`ssn ${text}`)).toEqual([]))

  it.each(['-', ' ', '.', '/', ' -', '- ', '--', '\u2010', '\u2011', '\u2013', '\u2212', '\u00a0'])(
    'with %j between',
    (separator) => {
      const text = join(separator)
      expect(found(`number ${text} here`)).toEqual([text])
    },
  )

  it('score by their dashes', () => {
    expect(judged(join('-'))).toEqual([0.85, false])
    expect(judged(join(' '))).toEqual([0.6, false])
    expect(judged(join(''))).toEqual([0.3, false])
  })

  it('without dashes count only beside a word', () => {
    const bare = join('')
    expect(found(bare)).toEqual([])
    expect(found(`order ${bare}`)).toEqual([])
    for (const hint of ['ssn', 'SSN:', 'social security number is', 'my SS number', 'ssn='])
      expect(found(`${hint} ${bare}`)).toEqual([bare])
    expect(found(`${bare} is my social security number`)).toEqual([bare])
  })

  it.each([
    ['078', '05', '1120'],
    ['219', '09', '9999'],
  ])('void since they were printed (%s) count only beside a word', (...parts) => {
    const text = parts.join('-')
    expect(found(text)).toEqual([])
    expect(found(`ssn ${text}`)).toEqual([text])
  })

  it('glued to a label behind', () => expect(found(`${join('-')}Phone`)).toEqual([join('-')]))
})
