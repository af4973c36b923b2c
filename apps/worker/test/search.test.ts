import { describe, expect, it } from 'vitest'
import { createPlant } from '../src/plant.ts'
import { createSearch, type Form } from '../src/search.ts'

const secret = 'Ngozi Adéyẹmí "the\nsecond" 4111111111111111'
const bytes = Buffer.from(secret)

const formsIn = (search: ReturnType<typeof createSearch>, text: string): Set<Form> => {
  const forms = new Set<Form>()
  search(text, (_, form) => forms.add(form))
  return forms
}

describe('createSearch', () => {
  const search = createSearch(['another value', secret])
  const ascii = JSON.stringify(secret).replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
  it.each<[string, Form, string]>([
    ['raw', 'raw', secret],
    ['inside other text', 'raw', `before${secret}after`],
    ['as JSON', 'JSON-escaped', JSON.stringify({ a: secret })],
    ['as JSON in ASCII', 'JSON-escaped', ascii],
    ['as hex', 'hex', `\\x${bytes.toString('hex')}`],
    ['as base64', 'base64', bytes.toString('base64')],
    ['as base64url', 'base64', bytes.toString('base64url')],
    ['as base64 one byte on', 'base64', Buffer.concat([Buffer.from('x'), bytes, Buffer.from('y')]).toString('base64')],
    ['as base64 two bytes on', 'base64', Buffer.concat([Buffer.from('xy'), bytes]).toString('base64')],
  ])('finds a value %s', (_, form, text) => {
    expect(formsIn(search, text)).toContain(form)
  })

  it('finds nothing else', () => {
    expect(formsIn(search, JSON.stringify({ a: 'Ngozi', b: '4111 1111', c: secret.slice(1, 20) })).size).toBe(0)
  })

  it('finds each of thousands', () => {
    const values = Array.from({ length: 5000 }, (_, index) => `value number ${index}.`)
    const found = new Set<string>()
    createSearch(values)(values.join(' '), (value) => found.add(value))
    expect(found.size).toBe(5000)
  })

  it('finds nothing for no values', () => {
    expect(formsIn(createSearch([]), 'any text at all').size).toBe(0)
  })
})

describe('a plant', () => {
  it('is complete when every form was found in what was stored', () => {
    const plant = createPlant()
    const search = createSearch(plant.values)
    const { hex: _, ...part } = plant.members
    search(JSON.stringify(part), plant.found)
    expect(plant.complete()).toBe(false)
    search(JSON.stringify(plant.members), plant.found)
    expect(plant.complete()).toBe(true)
    expect(plant.found('something else', 'raw')).toBe(false)
  })
})
