import { describe, expect, it } from 'vitest'
import { expectPrinted, programs } from './program.js'

describe('every example', () => {
  it('is found', () => {
    expect(programs()).toContain('value.ts')
  })

  it.each(programs())('%s prints what its comments say', (file) => expectPrinted(file))
})
