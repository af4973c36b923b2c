import { describe, expect, it } from 'vitest'
import { refused, type Skip, skipTable, totals, unexplained } from '../outcome.ts'

const explained: Skip = { file: 'core/test/vectors.test.ts', name: 'Wycheproof', reason: 'no vectors here', tests: 12 }
const bare: Skip = { file: 'core/test/stream.test.ts', name: 'streams > closes', reason: '', tests: 1 }

describe('the outcome of a run', () => {
  it('ends in one line of totals', () => {
    expect(totals({ passed: 3, failed: 0, skipped: 12 })).toBe('3 passed, 0 failed, 12 skipped')
  })

  it('has a row for each reason, with the number of tests it covers', () => {
    expect(skipTable([explained, bare]).split('\n')).toEqual([
      'tests  skipped                                     why',
      '   12  core/test/vectors.test.ts: Wycheproof       no vectors here',
      '    1  core/test/stream.test.ts: streams > closes  NO REASON GIVEN',
    ])
  })

  it('says so when nothing was skipped', () => {
    expect(skipTable([])).toBe('Nothing was skipped.')
  })

  it('counts the tests that were skipped without a reason', () => {
    expect(unexplained([explained, bare])).toBe(1)
  })

  it('counts what may not be skipped, without what is declared optional where that is allowed', () => {
    const optional: Skip = { ...explained, reason: 'optional: no such emulator', tests: 5 }
    expect(refused([explained, bare, optional], true)).toBe(13)
    expect(refused([explained, bare, optional], false)).toBe(18)
  })
})
