import { describe, expect, it } from 'vitest'
import { fromBase64, fromBase64url, toBase64, toBase64url } from '../src/keys/http/base64.ts'
import { bytes } from './fixtures.ts'

describe('base64', () => {
  it('goes both ways, strictly', () => {
    for (let length = 0; length < 70; length++) {
      const data = bytes(length, 0xf0)
      expect(toBase64(data)).toBe(Buffer.from(data).toString('base64'))
      expect(fromBase64(toBase64(data))).toEqual(data)
      expect(fromBase64url(toBase64url(data))).toEqual(data)
    }
    for (const wrong of ['A', 'AA', 'AB==', 'A===', 'AA =', '-_==', '+/A', 5, undefined, 'AAAA===='])
      expect(fromBase64(wrong)).toBeUndefined()
    for (const wrong of ['A', 'AB', 'AA==', '+/', 5, undefined]) expect(fromBase64url(wrong)).toBeUndefined()
  })
})
