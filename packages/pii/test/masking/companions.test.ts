import { describe, expect, it } from 'vitest'
import { type Companion, withCompanions } from '../../src/masking/companions.ts'
import { PiiError } from '../../src/pii-error.ts'

const code = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    return PiiError.is(error) ? error.code : error
  }
  return 'nothing thrown'
}

const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze)
  return value
}

const document = freeze({
  birthDate: '1985-03-12',
  customer: { email: 'jane@example.com', 'a/b': { salary: 52_300 }, orders: [{ zip: '94103' }, { zip: 'none' }] },
  untouched: { deep: true },
})

describe('withCompanions', () => {
  it('adds coarser values beside the members, and shares the rest', () => {
    const added = withCompanions(document, {
      '/birthDate': { type: 'DATE_OF_BIRTH', as: '/birthYear' },
      '/customer/email': { type: 'EMAIL', as: '/customer/emailDomain' },
      '/customer/a~1b/salary': { type: 'SALARY', as: '/customer/a~1b/band', width: 10_000 },
      '/customer/orders/0/zip': { type: 'POSTCODE', as: '/customer/orders/0/area' },
    })
    expect(added).toEqual({
      ...document,
      birthYear: '1985',
      customer: {
        ...document.customer,
        emailDomain: 'example.com',
        'a/b': { salary: 52_300, band: '50000-59999' },
        orders: [{ zip: '94103', area: '941' }, { zip: 'none' }],
      },
    })
    expect(document).not.toHaveProperty('birthYear')
    expect(added.untouched).toBe(document.untouched)
    expect(added.customer.orders[1]).toBe(document.customer.orders[1])
  })

  it('adds none for what is absent, or has nothing safe to say', () => {
    const same = withCompanions(document, {
      '/deathDate': { type: 'DATE', as: '/deathYear' },
      '/birthDate': { type: 'PERSON', as: '/nobody' },
      '/customer/orders/01/zip': { type: 'POSTCODE', as: '/area' },
      '/toString/name': { type: 'EMAIL', as: '/missing/domain' },
    })
    expect(same).toEqual(document)
    expect(same).not.toBe(document)
  })

  it.each<[string, string, Record<string, Companion>]>([
    ['a member is overwritten', 'conflict', { '/birthDate': { type: 'DATE', as: '/untouched' } }],
    ['nothing could be said either', 'conflict', { '/birthDate': { type: 'PERSON', as: '/customer/email' } }],
    ['its object is missing', 'malformed', { '/birthDate': { type: 'DATE', as: '/missing/year' } }],
    ['its object is an array', 'malformed', { '/birthDate': { type: 'DATE', as: '/customer/orders/2' } }],
    ['its object is a text', 'malformed', { '/birthDate': { type: 'DATE', as: '/customer/email/year' } }],
    ['it is its own source', 'config', { '/birthDate': { type: 'DATE', as: '/birthDate' } }],
    ['it is inside a source', 'config', { '/customer': { type: 'ADDRESS', as: '/customer/city' } }],
    ['a pointer has no slash', 'config', { birthDate: { type: 'DATE', as: '/year' } }],
    ['a pointer has a wrong escape', 'config', { '/birthDate': { type: 'DATE', as: '/year~2' } }],
    ['a pointer names the root', 'config', { '/birthDate': { type: 'DATE', as: '' } }],
    ['a pointer is missing', 'config', { '/birthDate': { type: 'DATE' } as Companion }],
    ['the type is missing', 'config', { '/birthDate': { as: '/year' } as Companion }],
    ['a pointer leads through a prototype', 'config', { '/birthDate': { type: 'DATE', as: '/__proto__/year' } }],
    [
      'two have the same place',
      'config',
      { '/birthDate': { type: 'DATE', as: '/year' }, '/other': { type: 'DATE', as: '/year' } },
    ],
  ])('refuses where %s: %s', (_title, expected, companions) => {
    expect(code(() => withCompanions(document, companions))).toBe(expected)
  })

  it('refuses what is no document', () => {
    expect(code(() => withCompanions(null as never, {}))).toBe('malformed')
  })
})
