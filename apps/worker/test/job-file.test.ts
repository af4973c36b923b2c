import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { readJobs } from '../src/job-file.ts'

const from = (...chunks: (string | Uint8Array)[]) => Readable.from(chunks)
const job = (type: string) => JSON.stringify({ type, data: { a: 1 } })

describe('readJobs', () => {
  it('reads LF, CRLF, blank lines, a byte-order mark, and a last line without an end', async () => {
    const jobs = await readJobs(from(`\uFEFF${job('a')}\n\n`, `${job('b')}\r\n  \r\n`, job('c')))
    expect(jobs.map(({ type }) => type)).toEqual(['a', 'b', 'c'])
  })

  it('puts characters together that chunks cut', async () => {
    const bytes = Buffer.from(`${JSON.stringify({ type: 'a', data: { name: '山田 🙂' } })}\n`)
    const jobs = await readJobs(from(...Array.from(bytes, (byte) => Uint8Array.of(byte))))
    expect(jobs[0]!.data).toEqual({ name: '山田 🙂' })
  })

  it('stops at the limit', async () => {
    expect(await readJobs(from(`${job('a')}\n${job('b')}\nnot json\n`), 2)).toHaveLength(2)
  })

  it.each([
    ['not json', 'line 2 is not JSON'],
    ['[1]', 'line 2: "type"'],
    ['{"type":"","data":{}}', 'line 2: "type"'],
    ['{"type":"a b","data":{}}', 'line 2: "type"'],
    ['{"type":"a","data":[]}', 'line 2: "data"'],
    ['{"type":"a"}', 'line 2: "data"'],
  ])('names the line of %s and shows nothing of it', async (line, message) => {
    const secret = 'hunter2-secret'
    const failed = await readJobs(from(`${job('a')}\n${line}${line.startsWith('not') ? secret : ''}\n`)).catch((error) => error)
    expect(failed.name).toBe('InputError')
    expect(failed.message).toContain(message)
    expect(failed.message).not.toContain(secret)
  })

  it('refuses what is not UTF-8, and no job at all', async () => {
    await expect(readJobs(from(Uint8Array.of(0x7b, 0xff, 0x0a)))).rejects.toThrow('not UTF-8')
    await expect(readJobs(from('\n\n'))).rejects.toThrow('holds no job')
  })

  it('reads a long line', async () => {
    const text = 'x'.repeat(5_000_000)
    const [read] = await readJobs(from(JSON.stringify({ type: 'a', data: { text } })))
    expect(read!.data.text).toHaveLength(5_000_000)
  })
})

const shipped = readFileSync(new URL('../data/jobs.jsonl', import.meta.url), 'utf8')

describe('the shipped jobs', () => {
  const lines = shipped.trimEnd().split('\n')
  const sizes = lines.map((line) => Buffer.byteLength(line))

  it('are 1,000 jobs of six types, of 200 B to 256 KiB', async () => {
    const jobs = await readJobs(Readable.from([lines.join('\n')]))
    expect(jobs).toHaveLength(1000)
    expect(new Set(jobs.map(({ type }) => type)).size).toBe(6)
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(200)
    expect(Math.max(...sizes)).toBeGreaterThan(200 * 1024)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(256 * 1024)
  })

  it('hold several scripts, nested arrays, and no domain or card that could be real', () => {
    const text = lines.join('\n')
    for (const script of ['Arabic', 'Hebrew', 'Han', 'Hangul', 'Greek', 'Cyrillic', 'Devanagari', 'Thai'])
      expect(new RegExp(`\\p{Script=${script}}`, 'u').test(text), script).toBe(true)
    expect(text).toMatch(/\[\[/)
    for (const [, domain] of text.matchAll(/@([\w.-]+)"/g)) expect(domain).toMatch(/^example\.(com|net|org)$/)
    for (const [, number] of text.matchAll(/"brand":"\w+","number":"(\d+)"/g)) expect(isLuhn(number!), number).toBe(true)
    for (const [, number] of text.matchAll(/"nationalId":"([^"]*)"/g)) expect(number).toMatch(/^9\d\d-\d\d-\d{4}$/)
    for (const [, iban] of text.matchAll(/"iban":"([^"]*)"/g)) expect(iban).toMatch(/^[A-Z]{2}00\d{18}$/)
  })
})

const isLuhn = (number: string): boolean =>
  [...number]
    .reverse()
    .reduce(
      (sum, digit, index) =>
        sum + (index % 2 ? (Number(digit) * 2 > 9 ? Number(digit) * 2 - 9 : Number(digit) * 2) : Number(digit)),
      0,
    ) %
    10 ===
  0

describe('data/generate.mjs', () => {
  it('makes the shipped file, each time', async () => {
    const { generate } = (await import('../data/generate.mjs' as string)) as { generate(): string }
    for (let run = 0; run < 2; run++) expect(generate() === shipped).toBe(true)
  })
})
