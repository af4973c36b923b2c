import { describe, expect, it } from 'vitest'
import { plain } from '../src/paint.ts'
import { type Sample, sideBySide } from '../src/side-by-side.ts'

const sent = { id: 'pay_1', card: { number: '4242424242424242', holder: '山田太郎' }, lines: [{ sku: 'A' }, { sku: 'B' }] }
const sample: Sample = {
  type: 'payment.charge',
  sent,
  stored: {
    $job: 'payment.charge',
    $wax: `wax1.c256x.${'A'.repeat(500)}`,
    card: '[sealed]',
    id: 'pay_1',
    lines: [{ sku: 'A' }, { sku: 'B' }],
  },
  seen: sent,
  result: { stored: { $sealed: 'wax1.c256x.BBB', $job: 'payment.charge' }, returned: { ok: true } },
}
const cells = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('│'))
    .map((line) =>
      line
        .split('│')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )

describe('sideBySide', () => {
  it('sets a line for each member, in the order of the producer', () => {
    expect(cells(sideBySide([sample], 140, plain))).toEqual([
      ['', 'the producer sent', 'the database holds', 'the worker saw'],
      ['id', 'pay_1', 'pay_1', 'pay_1'],
      ['card.number', '4242424242424242', '[sealed]', '4242424242424242'],
      ['card.holder', '山田太郎', '[sealed]', '山田太郎'],
      ['lines.0.sku', 'A', 'A', 'A'],
      ['lines.1.sku', 'B', 'B', 'B'],
      ['$wax', '', 'wax1.c256x… (511)', ''],
      ['result', '', 'wax1.c256x… (14)', '{"ok":true}'],
    ])
  })

  it('shows sealed members before it runs out of lines, and says how many are left', () => {
    const clear = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`clear${index}`, index]))
    const rows = cells(
      sideBySide([{ ...sample, sent: { ...clear, ...sent }, stored: { ...clear, ...Object(sample.stored) } }], 140, plain),
    )
    expect(rows.map(([name]) => name)).toContain('card.number')
    expect(rows.length).toBeLessThan(18)
    expect(rows.some(([name]) => /^… \d+ more$/.test(name!))).toBe(true)
  })

  it.each([60, 80, 120, 300])('fits a terminal of %i columns', (columns) => {
    for (const line of sideBySide([sample], columns, plain).split('\n')) expect(line.length).toBeLessThanOrEqual(columns)
  })

  it('shows a payload that is sealed whole', () => {
    const rows = cells(sideBySide([{ ...sample, stored: { $sealed: 'wax1.c256x.CCC', $job: 'x' } }], 140, plain))
    expect(rows).toContainEqual(['card.number', '4242424242424242', '—', '4242424242424242'])
    expect(rows).toContainEqual(['$sealed', '', 'wax1.c256x… (14)', ''])
  })
})
