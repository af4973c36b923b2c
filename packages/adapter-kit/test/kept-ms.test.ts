import { retention } from '@waxseal/core'
import { expect, it } from 'vitest'
import { keptMs } from '../src/index.js'

it('a policy is a number of milliseconds behind the end of a job', () => {
  expect(keptMs(retention.deleteAfter({ days: 30 }))).toBe(30 * 86_400_000)
  expect(keptMs(retention.deleteImmediately())).toBe(0)
  expect(keptMs(retention.keepIndefinitely())).toBe(Number.POSITIVE_INFINITY)
  expect([keptMs(retention.useDefault()), keptMs(undefined)]).toEqual([undefined, undefined])
})

it('a date, and what is no policy, are refused', () => {
  for (const policy of [retention.deleteAt(new Date(2e12)), { keep: 'for', ms: -1 }, { keep: 'some' }])
    expect(() => keptMs(policy as never)).toThrow(expect.objectContaining({ code: 'config' }))
})
