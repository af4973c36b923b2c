import { describe, expect, it } from 'vitest'
import { parseJson } from '../src/format/json.ts'
import { outcome, utf8 } from './fixtures.ts'

describe('the depth of JSON', () => {
  const parse = (text: string) => outcome(() => parseJson(utf8(text)))
  const nested = (open: string, close: string, levels: number, inside = '') => open.repeat(levels) + inside + close.repeat(levels)

  it('is that of nesting, however many brackets there are', async () => {
    expect(await parse(`[${Array(200).fill('{"a":[]}').join()}]`)).toBe('ok')
    expect(await parse(`[${Array(200).fill('[]').join()}]`)).toBe('ok')
  })

  it('is 64 at most', async () => {
    for (const [open, close, inside] of [
      ['[', ']', ''],
      ['{"a":', '}', '1'],
      ['[{"b":', '}]', '1'],
    ] as const) {
      const step = open.length > 5 ? 2 : 1
      expect(await parse(nested(open, close, 64 / step, inside))).toBe('ok')
      expect(await parse(nested(open, close, 64 / step + 1, inside))).toBe('too_large')
    }
    // What was closed does not count: 64 levels, closed, and 64 again.
    expect(await parse(`[${nested('[', ']', 63)},${nested('[', ']', 63)}]`)).toBe('ok')
    expect(await parse(`[${nested('[', ']', 63)},${nested('[', ']', 64)}]`)).toBe('too_large')
  })

  it('is not that of texts', async () => {
    const text = JSON.stringify('[{'.repeat(200))
    expect(await parse(text)).toBe('ok')
    expect(await parse(JSON.stringify({ 'a"[': `\\"${'['.repeat(200)}`, b: ['\\', '[[['] }))).toBe('ok')
    expect(await parse(`["${'['.repeat(100)}\\"",${nested('[', ']', 64)}]`)).toBe('too_large')
  })
})
