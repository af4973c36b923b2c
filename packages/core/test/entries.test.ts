import { expect, it } from 'vitest'
import { decodeEntries } from '../src/document/entries.ts'
import { decodeFrame } from '../src/format/frame.ts'
import { jsonFrame, outcome } from './fixtures.ts'

it('a bundle names no field twice, and nothing but texts', async () => {
  const frame = (list: unknown) => decodeFrame(jsonFrame(list), 1000, [])
  expect(decodeEntries(frame(['/a', 1, '/b', 2])).length).toBe(2)
  for (const list of [
    ['/a', 1, '/a', 1],
    [1, 1],
    [['/a'], 1],
  ])
    expect(await outcome(() => decodeEntries(frame(list)))).toBe('malformed')
})
