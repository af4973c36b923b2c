import process from 'node:process'
import { expect, it } from 'vitest'
import { envKeys } from '../src/index.ts'

it('envKeys reads process.env unless told otherwise, and once', () => {
  process.env.WAXSEAL_TEST_KEYS = `k9:${'0a'.repeat(31)}0b`
  try {
    const keys = envKeys({ name: 'WAXSEAL_TEST_KEYS' })
    delete process.env.WAXSEAL_TEST_KEYS
    expect(keys.current(undefined, { now: () => 0 })).toMatchObject({ kid: 'k9' })
    expect(() => envKeys({ name: 'WAXSEAL_TEST_KEYS' })).toThrow(expect.objectContaining({ code: 'config' }))
  } finally {
    delete process.env.WAXSEAL_TEST_KEYS
  }
})
