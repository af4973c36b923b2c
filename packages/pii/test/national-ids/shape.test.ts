import { describe, expect, it } from 'vitest'
import { createShape } from '../../src/national-ids/shape.ts'

const find = (shape: string, text: string, start = 0) => {
  const end = start + (/^[A-Za-z0-9]*/.exec(text.slice(start))?.[0].length ?? 0)
  return createShape(shape).find(text, start, end)
}

describe('createShape', () => {
  it('reads a number bare, with its separators, and with others', () => {
    expect(find('999.999.999-99', '12345678909')).toEqual({ end: 11, compact: '12345678909', marked: false })
    expect(find('999.999.999-99', '123.456.789-09')).toEqual({ end: 14, compact: '12345678909', marked: true })
    expect(find('999.999.999-99', '123 456 789 09')).toEqual({ end: 14, compact: '12345678909', marked: false })
    expect(find('999.999.999-99', '123.456.789_09')).toBeUndefined()
  })

  it('knows the prefix of the country, in either case', () => {
    expect(find('DE~999 999 999', 'DE 123 456 789')).toEqual({ end: 14, compact: '123456789', marked: true })
    expect(find('DE~999 999 999', 'de123456789.')).toEqual({ end: 11, compact: '123456789', marked: true })
    expect(find('DE~999 999 999', '123 456 789')).toEqual({ end: 11, compact: '123456789', marked: false })
    expect(find('EL|GR~9{9}', 'GR123456789')?.marked).toBe(true)
  })

  it('takes no part of something longer', () => {
    for (const text of ['1234567890', '123456789a', '123456789_1', '123456789-1', '123456789.5', '123456789/2024'])
      expect(find('9{9}', text), text).toBeUndefined()
    expect(find('9{9}', 'x-123456789', 2)).toBeUndefined()
    expect(find('9{9}', '123456789.')?.end).toBe(9)
  })

  it('does not call a number marked that is one group of many', () => {
    expect(find('9{4} 9{4} 9{4}', '2345 6789 0124')?.marked).toBe(true)
    expect(find('9{4} 9{4} 9{4}', '2345 6789 0124 5678')?.marked).toBe(false)
    expect(find('9{4} 9{4} 9{4}', '1111 2345 6789 0124', 5)?.marked).toBe(false)
  })

  it('holds days and months to the calendar', () => {
    expect(find('99md9{5}', '85073003328')).toBeDefined()
    for (const text of ['85133003328', '85003003328', '85073203328', '85070003328'])
      expect(find('99md9{5}', text), text).toBeUndefined()
    expect(find('em99-9{4}', '4712850000')).toBeDefined()
    expect(find('99n d9{5}', '02870800078')).toBeDefined()
  })

  it('leaves out what lies between groups that are kept', () => {
    expect(find('(dm99)[-+A-FU-Y](9{3}#)', '131052-308T')?.compact).toBe('131052308T')
    expect(find('([A-Z]9{6})[(]?([0-9A])[)]?', 'a494866(4)')).toEqual({ end: 10, compact: 'A4948664', marked: false })
  })

  it('wakes at every word that it may begin with', () => {
    expect(createShape('999.999.999-99')).toMatchObject({ plain: 'd11', marked: 'd3 d6 d9', prefixes: [] })
    expect(createShape('DE~9{3} 9{6}')).toMatchObject({ plain: 'd3 d9', marked: 'm11', prefixes: ['DE'] })
    expect(createShape('a{1,2}9{7}')).toMatchObject({ plain: 'm8-9', marked: '' })
    expect(createShape('a{2} 99 a?')).toMatchObject({ plain: 'm4-5', marked: 'l2 m4' })
    expect(createShape('9{7}(?:MWST|TVA)')).toMatchObject({ plain: 'm10-11' })
  })
})
