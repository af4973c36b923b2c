import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redactStream } from '../../src/redaction/redact-stream.ts'
import { redactText } from '../../src/redaction/redact-text.ts'
import { detector, PLANTED, planted, shownIn } from './samples.ts'

async function through(pieces: Iterable<string>, options: Parameters<typeof redactStream>[0] = { detector }): Promise<string[]> {
  const out: string[] = []
  await new ReadableStream<string>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece)
      controller.close()
    },
  })
    .pipeThrough(redactStream(options))
    .pipeTo(new WritableStream({ write: (piece) => void out.push(piece) }))
  return out
}

function cut(text: string, sizes: readonly number[]): string[] {
  const pieces: string[] = []
  for (let at = 0, turn = 0; at < text.length; turn++) {
    const size = sizes[turn % sizes.length]!
    pieces.push(text.slice(at, at + size))
    at += size
  }
  return pieces
}

const pem = [
  `-----BEGIN ${'PRIVATE'} KEY-----`,
  ...Array.from({ length: 240 }, (_, at) =>
    'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ'.repeat(2).slice(at % 32, (at % 32) + 64),
  ),
  `-----END ${'PRIVATE'} KEY-----`,
].join('\n')
const fillers = [
  'lorem ipsum dolor sit amet, ',
  'order 4711 at 10:15\n',
  'пример текста 🙂 ',
  'x'.repeat(300),
  '{"id":17,"phone":"4155550132"} ',
  'ssn 078-05-1120; ',
]

describe('redactStream', () => {
  it('redacts a short text as a whole', async () => {
    expect((await through(['write to jane', '.doe@exam', 'ple.com', ' today'])).join('')).toBe('write to j•••@example.com today')
    expect(await through([])).toEqual([])
    expect(await through(['', ''])).toEqual([])
  })

  it('equals the redaction of the whole, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...planted, ...fillers), { minLength: 30, maxLength: 60 }),
        fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 5 }),
        fc.constantFrom('mask' as const, 'type' as const),
        async (parts, sizes, replace) => {
          let whole = ''
          for (let turn = 0; whole.length < 260_000; turn++)
            whole += `${parts[(turn * 7) % parts.length]} ${turn % 90 === 0 ? pem : ''} `
          const pieces = cut(whole, sizes.some((size) => size > 500) ? sizes : [...sizes, 30_000])
          const result = (await through(pieces, { detector, replace })).join('')
          expect(result === redactText(whole, { detector, replace })).toBe(true)
          expect(shownIn(result)).toEqual([])
        },
      ),
      { numRuns: 12 },
    )
  }, 120_000)

  it('never cuts a finding, wherever the window ends', async () => {
    const { token } = PLANTED
    for (let shift = 0; shift < token.length + 4; shift += 3) {
      const result = (
        await through([`${'lorem ipsum '.repeat(5461).slice(0, 65_536 - shift)} ${token} ${'dolor sit '.repeat(9000)}`])
      ).join('')
      expect(result).not.toContain(token.slice(8, 16))
    }
  })

  it('keeps little in memory, whatever comes', async () => {
    const stream = redactStream({ detector })
    const writer = stream.writable.getWriter()
    const reader = stream.readable.getReader()
    let out = 0
    const reading = (async () => {
      for (let next = await reader.read(); !next.done; next = await reader.read()) out += next.value.length
    })()
    let most = 0
    for (let at = 0; at < 300; at++) {
      await writer.write('y'.repeat(4096))
      most = Math.max(most, (at + 1) * 4096 - out)
    }
    await writer.close()
    await reading
    expect(out).toBe(300 * 4096)
    expect(most).toBeLessThan(100_000)
  })

  it('cuts what seems to be one finding without end', async () => {
    const everywhere = {
      detectText: (text: string) => [{ type: 'T', start: 0, end: text.length, score: 1, validated: false }],
    }
    const out = await through(cut('z'.repeat(1_000_000), [10_000]), { detector: everywhere, replace: () => '-' })
    expect(out.length).toBeGreaterThan(4)
    expect(out.join('')).toMatch(/^-+$/)
  })

  it('passes no half of a character on, and none of what is not looked at', async () => {
    const pieces = await through(['🙂'.repeat(60_000)])
    expect(pieces.every((piece) => piece.isWellFormed())).toBe(true)
    let calls = 0
    const broken = {
      detectText: (text: string) =>
        calls++ === 0
          ? detector.detectText(text)
          : (() => {
              throw new Error('broken')
            })(),
    }
    const out = (await through(cut(`${'a '.repeat(60_000)}${PLANTED.email}`, [50_000]), { detector: broken })).join('')
    expect(out).toContain('[not redacted: error]')
    expect(shownIn(out)).toEqual([])
  })

  it('refuses what is no text', async () => {
    await expect(through([new Uint8Array(3) as never])).rejects.toThrow('a piece of a text is a string')
    expect(() => redactStream({} as never)).toThrow('a detector with detectText is needed')
  })
})
