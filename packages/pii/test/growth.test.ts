import { pathToFileURL } from 'node:url'
import { describeIf } from '@waxseal/test'
import { NO_SHARED, shared } from '@waxseal/test/shared'
import { beforeAll, expect, it } from 'vitest'
import { createDetector } from '../src/detector.ts'
import { everything } from '../src/everything.ts'

const corpus = shared('tools/pii/lib/corpus.mjs')
/** Long enough that a square would be a hundred times over what is allowed. */
const LENGTH = 40_000
const ROUNDS = 7
/** Twice the text takes twice the time; what else it takes is the noise of the machine. */
const MOST = 2.3
const ATTEMPTS = 6

describeIf(corpus !== undefined, NO_SHARED)('time grows with the length of', () => {
  const detector = createDetector({ sets: everything })
  let adversarial: (length: number) => Record<string, string>

  beforeAll(async () => {
    adversarial = ((await import(pathToFileURL(corpus as string).href)) as { adversarial: typeof adversarial }).adversarial
  })

  const timed = (text: string): number => {
    const start = performance.now()
    detector.detectText(text)
    return performance.now() - start
  }

  /** The quotient of the best of interleaved rounds: others on the machine only ever add. */
  function growth(short: string, long: string): number {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
    for (let round = 0; round < ROUNDS; round++) {
      least = Math.min(least, timed(short))
      most = Math.min(most, timed(long))
    }
    return most / least
  }

  it('every adversarial text', () => {
    const [short, long] = [adversarial(LENGTH), adversarial(2 * LENGTH)]
    expect(Object.keys(short).length).toBeGreaterThanOrEqual(30)
    const over = Object.keys(short).filter((name) => {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++)
        if (growth(short[name] as string, long[name] as string) <= MOST) return false
      return true
    })
    expect(over).toEqual([])
  }, 120_000)
})
