import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type RetentionPolicy, retention } from '../src/retention.ts'

const createdAt = new Date('2030-01-01T00:00:00Z')
const completedAt = new Date('2030-01-05T12:00:00Z')
const config = expect.objectContaining({ code: 'config' })

describe('deadline', () => {
  it.each([
    ['deleteAfter counts from creation', retention.deleteAfter({ days: 30 }), '2030-01-31T00:00:00.000Z'],
    [
      'deleteAfter adds its units',
      retention.deleteAfter({ days: 1, hours: 2, minutes: 3, seconds: 4, ms: 5 }),
      '2030-01-02T02:03:04.005Z',
    ],
    ['deleteAfter takes fractions', retention.deleteAfter({ hours: 1.5 }), '2030-01-01T01:30:00.000Z'],
    ['deleteAt is that date', retention.deleteAt(new Date('2031-07-01T00:00:00Z')), '2031-07-01T00:00:00.000Z'],
    ['deleteImmediately is the completion', retention.deleteImmediately(), '2030-01-05T12:00:00.000Z'],
  ])('%s', (_, policy, expected) => {
    expect(retention.deadline(policy, { createdAt, completedAt })?.toISOString()).toBe(expected)
  })

  it('of deleteImmediately is the creation where nothing was completed', () => {
    expect(retention.deadline(retention.deleteImmediately(), { createdAt, completedAt: null })).toEqual(createdAt)
    expect(retention.deadline(retention.deleteImmediately(), { createdAt })).toEqual(createdAt)
  })

  it('is never for keepIndefinitely', () => {
    expect(
      retention.deadline(retention.keepIndefinitely(), { createdAt, completedAt, default: retention.deleteImmediately() }),
    ).toBeNull()
  })

  it('of useDefault is the default’s, or never', () => {
    const times = { createdAt, completedAt }
    expect(retention.deadline(retention.useDefault(), times)).toBeNull()
    expect(retention.deadline(retention.useDefault(), { ...times, default: retention.deleteImmediately() })).toEqual(completedAt)
    expect(
      retention.deadline(retention.useDefault(), { ...times, default: retention.deleteAfter({ hours: 1 }) })?.toISOString(),
    ).toBe('2030-01-01T01:00:00.000Z')
    expect(() => retention.deadline(retention.useDefault(), { ...times, default: retention.useDefault() })).toThrow(config)
  })

  it('is a date of its own', () => {
    const times = { createdAt: new Date(createdAt) }
    retention.deadline(retention.deleteImmediately(), times)?.setFullYear(1999)
    expect(times.createdAt).toEqual(createdAt)
  })
})

describe('isDue', () => {
  it('holds from the deadline on', () => {
    const policy = retention.deleteAfter({ days: 1 })
    expect(retention.isDue(policy, { createdAt }, new Date('2030-01-01T23:59:59.999Z'))).toBe(false)
    expect(retention.isDue(policy, { createdAt }, new Date('2030-01-02T00:00:00Z'))).toBe(true)
  })

  it('never holds without a deadline', () => {
    const end = new Date(8.64e15)
    expect(retention.isDue(retention.keepIndefinitely(), { createdAt }, end)).toBe(false)
    expect(retention.isDue(retention.useDefault(), { createdAt }, end)).toBe(false)
  })

  it('agrees with the deadline', () => {
    const time = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') })
    fc.assert(
      fc.property(time, time, fc.integer({ min: 1, max: 1e12 }), (created, now, ms) => {
        const due = retention.isDue(retention.deleteAfter({ ms }), { createdAt: created }, now)
        expect(due).toBe(created.getTime() + ms <= now.getTime())
      }),
    )
  })
})

describe('policies', () => {
  const all: RetentionPolicy[] = [
    retention.deleteAfter({ days: 7 }),
    retention.deleteAt(completedAt),
    retention.keepIndefinitely(),
    retention.deleteImmediately(),
    retention.useDefault(),
  ]

  it.each(all)('$keep is frozen and survives JSON', (policy) => {
    expect(Object.isFrozen(policy)).toBe(true)
    const copy = JSON.parse(JSON.stringify(policy)) as RetentionPolicy
    expect(copy).toEqual(policy)
    expect(retention.deadline(copy, { createdAt, completedAt })).toEqual(retention.deadline(policy, { createdAt, completedAt }))
  })
})

describe('configuration that is wrong', () => {
  it.each<[string, () => unknown]>([
    ['an empty period', () => retention.deleteAfter({})],
    ['a period of 0', () => retention.deleteAfter({ days: 0 })],
    ['a negative period', () => retention.deleteAfter({ hours: -1 })],
    ['a negative unit in a positive sum', () => retention.deleteAfter({ days: 2, hours: -1 })],
    ['NaN', () => retention.deleteAfter({ ms: Number.NaN })],
    ['infinity', () => retention.deleteAfter({ days: Number.POSITIVE_INFINITY })],
    ['an unknown unit', () => retention.deleteAfter({ weeks: 1 } as never)],
    ['a unit named like a method', () => retention.deleteAfter({ toString: 1 } as never)],
    ['a count that is text', () => retention.deleteAfter({ days: '7' } as never)],
    ['an invalid date', () => retention.deleteAt(new Date('not a date'))],
    ['no date', () => retention.deleteAt(undefined as never)],
    ['an invalid creation', () => retention.deadline(retention.useDefault(), { createdAt: new Date(Number.NaN) })],
    [
      'an invalid completion',
      () => retention.deadline(retention.deleteImmediately(), { createdAt, completedAt: new Date(Number.NaN) }),
    ],
    ['an invalid now', () => retention.isDue(retention.deleteImmediately(), { createdAt }, new Date(Number.NaN))],
    ['a deadline beyond all dates', () => retention.deadline(retention.deleteAfter({ days: 1e9 }), { createdAt })],
    ['a policy that is not known', () => retention.deadline({ keep: 'sometimes' } as never, { createdAt })],
    ['a stored policy with a negative period', () => retention.deadline({ keep: 'for', ms: -1 }, { createdAt })],
    ['a stored policy with an invalid date', () => retention.deadline({ keep: 'until', at: 'tomorrow' }, { createdAt })],
    // Digits of a date, read as milliseconds; a text that runtimes read as some day; a time of whichever zone.
    [
      'a stored policy with a number for a date',
      () => retention.deadline({ keep: 'until', at: 20_280_101 as never }, { createdAt }),
    ],
    ['a stored policy with a short date', () => retention.deadline({ keep: 'until', at: '1' }, { createdAt })],
    ['a stored policy without a zone', () => retention.deadline({ keep: 'until', at: '2028-01-01T00:00' }, { createdAt })],
    ['no policy', () => retention.deadline(null as never, { createdAt })],
  ])('refuses %s', (_, run) => {
    expect(run).toThrow(config)
  })
})
