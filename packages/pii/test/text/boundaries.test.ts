import { describe, expect, it } from 'vitest'
import { closesNumber, continuesRow, endAt, glued, matchAt, opensNumber, standsAlone } from '../../src/text/boundaries.ts'

/** Whether the digit 7 in a text may begin, or end, a number. */
const opens = (text: string) => opensNumber(text, text.indexOf('7'))
const closes = (text: string) => closesNumber(text, text.indexOf('7') + 1)

describe('a number', () => {
  it.each(['7', ' 7', '(7', ':7', '=7', '"7', '#7', '/7', '_7', '*7*', ' /7', ' *7', '\n7', 'é7', '东7', '@7'])(
    'begins in %j',
    (text) => expect(opens(text)).toBe(true),
  )
  it.each(['17', 'a7', 'Z7', '-7', ' -7', '1-7', '1.7', '.7', '1/7', '1,7', 'a_7', '1*7', '1+7'])(
    'does not begin in %j',
    (text) => expect(opens(text)).toBe(false),
  )
  it.each([
    '7',
    '7 ',
    '7)',
    '7:',
    '7;',
    '7"',
    '7,',
    '7,5',
    '7.',
    '7. ',
    '7-',
    '7- ',
    '7_',
    '7/',
    '7Phone',
    '7email:',
    '7é',
    '7东',
    '7tel=',
  ])('ends in %j', (text) => expect(closes(text)).toBe(true))
  it.each(['71', '7a', '7A', '7AB', '7.5', '7-5', '7/5', '7_a', '7=', '7%', '7*5', '7phone', '7PHONE'])(
    'does not end in %j',
    (text) => expect(closes(text)).toBe(false),
  )

  it('goes on in its row behind a space', () => {
    expect(continuesRow('12 7', 3)).toBe(true)
    for (const text of ['ab 7', '1, 7', '7']) expect(continuesRow(text, text.indexOf('7'))).toBe(false)
  })
})

describe('a word', () => {
  it('is glued on by its capital or as a label', () => {
    for (const text of ['Phone', 'Ab', 'email:', 'id=']) expect(glued(text, 0), text).toBe(true)
    for (const text of ['phone', 'PHONE', 'a:', 'A', 'x', '', 'abcdefghijklm:']) expect(glued(text, 0), text).toBe(false)
  })

  it('stands alone among signs, other scripts and the ends of a text', () => {
    for (const text of ['x7x', '_7', '7_', '17', '71', 'a7', '7a'])
      expect(standsAlone(text, text.indexOf('7'), text.indexOf('7') + 1), text).toBe(false)
    for (const text of ['7', ' 7 ', '-7-', '.7.', 'é7é', '东7东', '/7?'])
      expect(standsAlone(text, text.indexOf('7'), text.indexOf('7') + 1), text).toBe(true)
  })
})

describe('a sticky expression', () => {
  it('is tried at its place only', () => {
    const expression = /\d+/y
    expect(endAt(expression, 'ab12', 2)).toBe(4)
    expect(endAt(expression, 'ab12', 1)).toBe(-1)
    expect(endAt(expression, 'ab12', 9)).toBe(-1)
    expect(matchAt(expression, 'ab12', 3)?.[0]).toBe('2')
    expect(matchAt(expression, 'ab12', 0)).toBeNull()
  })
})
