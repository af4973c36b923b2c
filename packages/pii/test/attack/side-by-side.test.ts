import { describe, expect, it } from 'vitest'
import { createDetector } from '../../src/index.js'

const detector = createDetector()
const VALUES = [
  '4111 1111 1111 1111',
  '4111111111111111',
  '3782 822463 10005',
  '123-45-6789',
  'jane.doe@example.com',
  '+1 415-555-0132',
  '+14155550132',
  '+44 20 7946 0958',
  '+49 30 901820',
  '+33 1 23 45 67 89',
  '415-555-0132',
  '203.0.113.77',
  'GB82WEST12345698765432',
  '529.982.247-25',
]

/** Letters and digits of a text that no finding covers. */
function uncovered(text: string): string {
  let rest = text
  for (const { start, end } of detector.detectText(text)) rest = rest.slice(0, start) + ' '.repeat(end - start) + rest.slice(end)
  return rest.replace(/[^A-Za-z0-9]/g, '')
}

describe.each([' ', ', ', ',', '\n', '\t', ' | ', ' / ', ' - '])('two values with %j between them', (between) => {
  it.each(VALUES)('%s hides nothing of another, nor is it hidden', (value) => {
    for (const other of VALUES) expect(uncovered(value + between + other), `${value}${between}${other}`).toBe('')
  })
})

it.each(['17', '123', '2024', '10:22:33', '12/27'])('a card and a phone before %s', (after) => {
  expect(uncovered(`4111111111111111 ${after}`)).toBe(after.replace(/\D/g, ''))
  expect(uncovered(`+49 30 901820 ${after}`)).not.toContain('901820')
})

it.each(['phone )password=?a=123-45-6789 121212', 'born 4111 1111 1111 1111born "password=+02-JAN-1990+4111 1111 1111 1111'])(
  'findings of %s are in order, none inside another',
  (text) => {
    let last = 0
    for (const { start, end } of detector.detectText(text)) {
      expect(start).toBeGreaterThanOrEqual(last)
      expect(end).toBeGreaterThan(start)
      last = end
    }
  },
)
