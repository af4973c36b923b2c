import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDetector } from '../../src/detector.ts'
import { everything } from '../../src/everything.ts'
import type { Finding } from '../../src/finding.ts'
import { seeded } from '../recognisers/found.ts'

const { detectText, detectStream } = createDetector({ sets: everything })
const VALUES = [
  'ssn 536221234',
  '536-22-1234',
  'call +44 7400 123456',
  'phone 030 901820',
  '4111 1111 1111 1111',
  'jane@example.com',
  '203.0.113.7',
  '2001:db8::1',
  '00:1a:2b:3c:4d:5e',
  'date of birth 31.01.1985',
  'order 202-555-0123',
  'card number 4111111111111111',
  '用户@例子.公司',
  '5３6-22-1234',
  'account number 12345678',
  'jane%40example.com',
  '😀',
]
const FILLERS = [
  'lorem ipsum dolor sit amet, ',
  '{"a":1,"b":[2,3]}\n',
  'id=',
  '12 34 56 ',
  'x'.repeat(90),
  '世界。',
  'https://example.com/a?b=c&d=e ',
  '\n\n',
  'long-word_'.repeat(9),
]

function textOf(seed: number, length: number, density: number): string {
  const random = seeded(seed)
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] as string
  let text = ''
  while (text.length < length) text += random() < density ? ` ${pick(VALUES)} ` : pick(FILLERS)
  return text.slice(0, length)
}

/** A text in pieces of random lengths up to `most`. */
function* chunked(text: string, seed: number, most: number): Generator<string> {
  const random = seeded(seed)
  for (let at = 0; at < text.length; ) {
    const length = Math.floor(random() * most)
    yield text.slice(at, at + length)
    at += length
  }
}

async function collect(chunks: Iterable<string> | AsyncIterable<string>): Promise<Finding[]> {
  const findings: Finding[] = []
  for await (const finding of detectStream(chunks)) findings.push(finding)
  return findings
}

describe('a text in pieces', () => {
  it('has the findings of the whole', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.integer({ min: 0, max: 300_000 }),
        fc.constantFrom(0.02, 0.2, 0.6),
        fc.constantFrom(7, 1000, 70_000, 400_000),
        async (seed, length, density, most) => {
          const text = textOf(seed, length, density)
          const whole = detectText(text)
          const streamed = await collect(chunked(text, seed, most))
          expect(streamed.length).toBe(whole.length)
          for (const [at, finding] of streamed.entries()) expect(finding).toEqual(whole[at])
        },
      ),
      { numRuns: 15 },
    )
  }, 60_000)

  it('has them wherever a window ends', async () => {
    const value = ' ssn: 536221234 '
    for (const border of [65_536, 65_536 + 16_384]) {
      for (let shift = -40; shift <= 40; shift += 10) {
        const text = `${'zu, '.repeat(200_000 / 4).slice(0, border + shift)}${value}${'zu, '.repeat(5000)}`
        expect(await collect([text.slice(0, border), text.slice(border)])).toEqual(detectText(text))
      }
    }
  })

  it('has a value that comes one character at a time', async () => {
    const text = `my ssn is 536-22-1234, and jane@example.com`
    expect(await collect([...text])).toEqual(detectText(text))
  })

  it('keeps surrogates together that come apart', async () => {
    const text = 'x 𝟝𝟛𝟞-𝟚𝟚-𝟙𝟚𝟛𝟜 y'
    expect(await collect(text.split(''))).toEqual(detectText(text))
    expect(detectText(text)).toHaveLength(1)
  })

  it('may be empty, or hold empty pieces', async () => {
    expect(await collect([])).toEqual([])
    expect(await collect([''])).toEqual([])
    expect(await collect(['', '536-', '', '22-1234', ''])).toHaveLength(1)
  })

  it('comes from what is asynchronous', async () => {
    async function* late() {
      for (const piece of ['536-2', '2-1234']) {
        await new Promise((resolve) => setTimeout(resolve, 1))
        yield piece
      }
    }
    expect(await collect(late())).toHaveLength(1)
    const bytes = new TextEncoder().encode('jane@example.com')
    const stream = new Blob([bytes]).stream().pipeThrough(new TextDecoderStream())
    expect(await collect(stream)).toHaveLength(1)
  })

  it('is told before it ends', async () => {
    let taken = 0
    function* pieces() {
      for (; taken < 1000; taken++) yield `536-22-1234 ${'zu '.repeat(4000)}`
    }
    for await (const finding of detectStream(pieces())) {
      expect(finding.start).toBe(0)
      break
    }
    expect(taken).toBeLessThan(20)
  })

  it('holds back no more than a window', async () => {
    const piece = `536-22-1234 ${'zu '.repeat(3000)}`
    let given = 0
    function* pieces() {
      for (let at = 0; at < 200; at++) {
        given += piece.length
        yield piece
      }
    }
    let furthest = 0
    let count = 0
    for await (const { end } of detectStream(pieces())) {
      furthest = Math.max(furthest, given - end)
      count++
    }
    expect(count).toBe(200)
    // Of 1.8 million characters.
    expect(furthest).toBeLessThan(120_000)
  })

  it('is of texts only', async () => {
    for (const piece of [1, undefined, null, new Uint8Array(3), {}])
      await expect(collect([piece as unknown as string])).rejects.toMatchObject({ name: 'PiiError', code: 'malformed' })
  })
})
