import { describe, expect, it } from 'vitest'
import { isRetryable } from '../src/sql/dialect.ts'

describe('an error', () => {
  it.each([
    ['postgres', { code: '40001' }, true],
    ['postgres', { code: '40P01' }, true],
    ['postgres', { code: '08006' }, true],
    ['postgres', { code: '57P01' }, true],
    ['postgres', { code: 'ECONNRESET' }, true],
    ['postgres', { code: '23505' }, false],
    ['postgres', { code: '42P01' }, false],
    ['mysql', { code: 'ER_LOCK_DEADLOCK' }, true],
    ['mysql', { code: 'ER_LOCK_WAIT_TIMEOUT' }, true],
    ['mysql', { code: 'ER_DUP_ENTRY' }, false],
    ['sqlite', { code: 'SQLITE_BUSY_SNAPSHOT' }, true],
    ['sqlite', { code: 'ERR_SQLITE_ERROR', errcode: 5 }, true],
    ['sqlite', { code: 'ERR_SQLITE_ERROR', errcode: 517 }, true],
    ['sqlite', { code: 'ERR_SQLITE_ERROR', errcode: 1 }, false],
    ['sqlite', new Error('other'), false],
    ['sqlite', null, false],
  ] as const)('of %s: %j may pass: %s', (dialect, error, passes) => {
    expect(isRetryable(dialect)(error)).toBe(passes)
  })
})
