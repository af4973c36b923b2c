import { describe, expect, it } from 'vitest'
import { createDetector } from '../src/detector.ts'
import { everything } from '../src/everything.ts'
import { evasions } from './evasions.ts'

const detector = createDetector({ sets: everything })

/** Whether a span is hit as the shared scorer counts it: the same type, half of both in common. */
function isFound({ text, type, start, end }: ReturnType<typeof evasions>[number]): boolean {
  return detector.detectText(text).some((finding) => {
    const common = Math.min(finding.end, end) - Math.max(finding.start, start)
    const all = Math.max(finding.end, end) - Math.min(finding.start, start)
    return finding.type === type && common / all >= 0.5
  })
}

describe('values in disguise', () => {
  it.each([1, 20, 300])('are found, at least 85 of 100 (seed %i)', (seed) => {
    const cases = evasions(seed)
    expect(cases.length).toBeGreaterThanOrEqual(300)
    const missed = cases.filter((one) => !isFound(one))
    expect(1 - missed.length / cases.length).toBeGreaterThanOrEqual(0.85)
  })

  it('give the same cases for the same seed, and others for another', () => {
    expect(evasions(5)).toEqual(evasions(5))
    expect(evasions(5).map(({ text }) => text)).not.toEqual(evasions(6).map(({ text }) => text))
  })
})
