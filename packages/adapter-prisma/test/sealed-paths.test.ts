import { describe, expect, it } from 'vitest'
import { meetsSealed } from '../src/sealed-paths.ts'

const selectors = ['/phone', '/contact/mail', '/references/*/name', '/notes/**/secret']

describe('a filter on a path', () => {
  it.each([
    [['phone']],
    [['phone', 'country']],
    ['$.contact.mail'],
    ['$."contact"."mail"'],
    ['$.references[0].name'],
    ['$.references[*].name'],
    ['$.*.mail'],
    ['$**.mail'],
    [['notes', 'a', 'b', 'secret']],
  ])('meets what is sealed at %j', (path) => {
    expect(meetsSealed(selectors, path, ['x'])).toBe(true)
  })

  it.each([
    [['contact'], { mail: 'x' }],
    ['$', { city: 'Wien', phone: '1' }],
    [['references'], [{ name: 'x' }]],
    [['references'], { name: 'x' }],
    [['notes'], { a: [{ secret: 'x' }] }],
  ])('meets it at %j in %j', (path, value) => {
    expect(meetsSealed(selectors, path, [value])).toBe(true)
  })

  it.each([
    [['city'], 'Wien'],
    ['$.contact.city', 'Wien'],
    [['references'], [{ age: 3 }]],
    [['contact'], { city: 'Wien' }],
    [['contact'], null],
    ['$.references[0].age', 3],
  ])('leaves to the database %j and %j', (path, value) => {
    expect(meetsSealed(selectors, path, [value])).toBe(false)
  })
})
