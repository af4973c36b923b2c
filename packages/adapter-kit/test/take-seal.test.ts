import { expect, it } from 'vitest'
import { takeSeal } from '../src/names.js'

it('seal is taken out of what the host is given, and without it the host is given the very same', () => {
  const given = { schema: 'x' }
  expect(takeSeal(given).options).toBe(given)
  expect(takeSeal(undefined)).toEqual({ seal: undefined, options: undefined })
  const seal = { app: 'shop' }
  expect(takeSeal({ schema: 'x', seal })).toEqual({ seal, options: { schema: 'x' } })
  const off = takeSeal({ schema: 'x', seal: undefined })
  expect(off.seal).toBeUndefined()
  expect(Object.keys(off.options)).toEqual(['schema'])
})
