import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Canary, createCanaries, describeHits, type Form, postgresTables, type Scanned, scan } from '../src/leak-probe.ts'

const canaries = createCanaries('test')
const all = Object.values(canaries)
const base64 = (text: string) => Buffer.from(text).toString('base64')

const found = async (item: string | Uint8Array, needles: Iterable<Canary> = all, options = {}) => {
  const scanned: Scanned = typeof item === 'string' ? { where: 'here', text: item } : { where: 'here', bytes: item }
  return (await scan([scanned], needles, options)).hits
}

describe('createCanaries', () => {
  it('makes one value of each shape, never the same twice', () => {
    expect(Object.keys(canaries)).toEqual(['ascii', 'digits', 'unicode', 'json', 'email'])
    expect(canaries.ascii).toMatchObject({ id: 'test.ascii', value: expect.stringMatching(/^[A-Za-z]{20}$/) })
    expect(Number.isSafeInteger(Number(canaries.digits.value))).toBe(true)
    expect(String(Number(canaries.digits.value))).toBe(canaries.digits.value)
    expect(canaries.unicode.value).toMatch(/ë.*京.*🔑/)
    for (const char of ['"', '\\', '\n', '\t', '/', '<', '&', '\u0001']) expect(canaries.json.value).toContain(char)
    expect(canaries.email.value).toMatch(/^[A-Za-z]+\.[A-Za-z]+\+x@example\.com$/)
    const again = Object.values(createCanaries())
    expect(new Set([...all, ...again].map(({ value }) => value)).size).toBe(10)
  })

  it('draws from the randomness it was given', () => {
    const randomBytes = (out: Uint8Array) => void out.fill(7)
    expect(createCanaries('a', { randomBytes })).toEqual(createCanaries('a', { randomBytes }))
  })
})

describe('scan finds a planted value', () => {
  const go = (value: string) =>
    JSON.stringify(value).replace(/[<>&]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
  const python = (value: string, upper = false) =>
    JSON.stringify(value).replace(/[\u007f-\uffff]/g, (char) => {
      const digits = char.charCodeAt(0).toString(16).padStart(4, '0')
      return `\\u${upper ? digits.toUpperCase() : digits}`
    })

  const plantings: [string, (value: string) => string | Uint8Array][] = [
    ['as it is', (value) => `before ${value} after`],
    ['as bytes', (value) => Buffer.from(`\0\xff${value}\xff`)],
    ['as JSON', (value) => JSON.stringify({ note: value })],
    ['as JSON of ASCII only', (value) => python(value)],
    ['as JSON of ASCII only, capital escapes', (value) => python(value, true)],
    ['as JSON for HTML', go],
    ['as JSON with escaped slashes', (value) => JSON.stringify(value).replaceAll('/', '\\/')],
    ['as JSON inside of JSON', (value) => JSON.stringify({ body: JSON.stringify({ note: value }) })],
    ['in base64 at the beginning', (value) => base64(`${value}tail`)],
    ['in base64 after one byte', (value) => base64(`a${value}tail`)],
    ['in base64 after two bytes', (value) => base64(`ab${value}tail`)],
    ['in base64 without anything after it', (value) => base64(value)],
    ['in base64url', (value) => Buffer.from(`ab${value}`).toString('base64url')],
    ['in base64 with line breaks', (value) => base64('x'.repeat(50) + value).replace(/(.{19})/g, '$1\n')],
    [
      'in base64 with escaped line breaks',
      (value) => JSON.stringify(base64('x'.repeat(50) + value).replace(/(.{19})/g, '$1\r\n')),
    ],
    ['in base64 of JSON', (value) => base64(JSON.stringify({ note: value }))],
    ['in hexadecimal', (value) => `\\x${Buffer.from(value).toString('hex')}`],
    ['in capital hexadecimal', (value) => Buffer.from(`x${value}`).toString('hex').toUpperCase()],
    ['in hexadecimal of JSON', (value) => Buffer.from(JSON.stringify(value)).toString('hex')],
    ['percent-encoded', (value) => `?q=${encodeURIComponent(value)}`],
    ['percent-encoded in small letters', (value) => encodeURIComponent(value).replace(/%../g, (char) => char.toLowerCase())],
    ['as a form', (value) => new URLSearchParams({ q: value }).toString()],
    ['in UTF-16', (value) => Buffer.from(`ab${value}`, 'utf16le')],
    ['in UTF-16 in base64', (value) => Buffer.from(`a${value}`, 'utf16le').toString('base64')],
  ]

  it.each(plantings)('%s', async (_, plant) => {
    for (const canary of all) {
      const hits = await found(plant(canary.value))
      expect(hits.map(({ id }) => id)).toContain(canary.id)
      expect(hits.every(({ id }) => id === canary.id)).toBe(true)
    }
  })

  const packings: [string, (bytes: Buffer) => string | Uint8Array][] = [
    ['gzip', (bytes) => gzipSync(bytes)],
    ['zlib', (bytes) => deflateSync(bytes)],
    ['zlib at the highest level', (bytes) => deflateSync(bytes, { level: 9 })],
    ['zlib at the lowest level', (bytes) => deflateSync(bytes, { level: 1 })],
    ['deflate', (bytes) => deflateRawSync(bytes)],
    ['gzip between other bytes', (bytes) => Buffer.concat([Buffer.from('before'), gzipSync(bytes), Buffer.from('after')])],
    ['gzip that is cut short', (bytes) => gzipSync(bytes).subarray(0, -9)],
    ['gzip in base64', (bytes) => JSON.stringify({ data: gzipSync(bytes).toString('base64') })],
    ['zlib in base64url', (bytes) => deflateSync(bytes).toString('base64url')],
    ['gzip in hexadecimal', (bytes) => `\\x${gzipSync(bytes).toString('hex')}`],
  ]

  it.each(packings)('in %s, where asked to', async (_, pack) => {
    // Noise keeps the compressor from being clever, repetition from storing the value as it is.
    const content = Buffer.from(JSON.stringify({ note: canaries.ascii.value, more: 'abcabcabc'.repeat(100) }))
    expect((await found(pack(content), all, { inflate: true })).map(({ id }) => id)).toContain(canaries.ascii.id)
    expect((await found(pack(content), all, { inflate: true })).map(({ form }) => form)).toContain('utf-8, compressed')
  })
})

it('scan finds nothing where nothing is', async () => {
  const noise = crypto.getRandomValues(new Uint8Array(60_000))
  const items: Scanned[] = [
    { where: 'bytes', bytes: noise },
    { where: 'base64', text: Buffer.from(noise).toString('base64') },
    { where: 'text', text: 'Zoë 北京 🔑 +x@example.com "\\n\t</'.repeat(50) },
    { where: 'nothing', text: '' },
    { where: 'short', bytes: Uint8Array.of(1, 2, 3) },
  ]
  const others = Object.values(createCanaries('other'))
  items.push({ where: 'other canaries', text: JSON.stringify(others) })
  const report = await scan(items, all, { inflate: true })
  expect(report.hits).toEqual([])
  expect(report.items).toBe(6)
  expect(report.bytes).toBeGreaterThan(140_000)
})

it('scan names place, value and form of each find once, and not the value', async () => {
  const { ascii } = canaries
  const items = [
    { where: 'a', text: `${ascii.value} and ${ascii.value}` },
    { where: 'b', text: base64(ascii.value) },
  ]
  const { hits } = await scan(items, all)
  expect(hits).toEqual([
    { where: 'a', id: 'test.ascii', form: 'utf-8' satisfies Form },
    { where: 'b', id: 'test.ascii', form: 'utf-8 in base64' satisfies Form },
  ])
  expect(describeHits(hits)).toBe('a: test.ascii as utf-8\nb: test.ascii as utf-8 in base64')
  expect(JSON.stringify(hits)).not.toContain(ascii.value)
})

it('scan finds any value among thousands, at any place', async () => {
  const needles = Array.from({ length: 3000 }, (_, i) => ({ id: `n${i}`, value: `needle-${i}-${(i * 7919) % 104729}` }))
  const place = fc.tuple(fc.uint8Array({ maxLength: 50 }), fc.nat(needles.length - 1), fc.uint8Array({ maxLength: 50 }))
  const planted = fc.sample(place, 50)
  const items = planted.map(([before, index, after], i) => ({
    where: `item ${i}`,
    bytes: Buffer.concat([before, Buffer.from(needles[index]!.value), after]),
  }))
  const { hits } = await scan(items, needles)
  planted.forEach(([, index], i) => {
    expect(hits).toContainEqual({ where: `item ${i}`, id: needles[index]!.id, form: 'utf-8' })
  })
})

it('scan reads what comes asynchronously', async () => {
  async function* items() {
    yield { where: 'later', text: canaries.email.value }
  }
  expect((await scan(items(), all)).hits).toEqual([{ where: 'later', id: 'test.email', form: 'utf-8' }])
})

it('scan refuses values that chance would find', async () => {
  await expect(scan([], [{ id: 'short', value: 'Zoë-123' }])).resolves.toBeDefined()
  await expect(scan([], [{ id: 'short', value: 'secret7' }])).rejects.toMatchObject({
    code: 'config',
    message: expect.not.stringContaining('secret7'),
  })
})

describe('postgresTables', () => {
  // Answers like a database of three tables: the statements are PostgreSQL's, run against a real one in the worker's tests.
  const database = (rows: Record<string, Record<string, unknown>[]>) => {
    const statements: string[] = []
    const query = async (sql: string) => {
      statements.push(sql)
      if (sql.includes('pg_class'))
        return Object.keys(rows).map((table) => ({
          table,
          columns: JSON.stringify(
            Object.keys(rows[table]![0]!).map((name) => ({ name, quoted: `"${name}"`, bytes: name === 'blob' })),
          ),
        }))
      const table = Object.keys(rows).find((name) => sql.includes(` from ${name} `))!
      const after = Number(/\((\d+),0\)'::tid/.exec(sql)![1])
      return rows[table]!.slice(after, after + 200).map((row, i) => ({
        place: `(${after + i + 1},0)`,
        ...Object.fromEntries(Object.values(row).map((value, index) => [`v${index}`, value])),
      }))
    }
    return { query, statements }
  }

  it('yields every value of every column of every table, page by page', async () => {
    const many = Array.from({ length: 450 }, (_, i) => ({ id: i, 'odd name': i === 449 ? canaries.ascii.value : null }))
    const { query, statements } = database({
      'public.jobs': many,
      '"My schema".notes': [{ blob: Buffer.from(canaries.json.value).toString('hex') }],
    })
    const { hits, items } = await scan(postgresTables(query), all)
    expect(hits).toEqual([
      { where: 'public.jobs.odd name', id: 'test.ascii', form: 'utf-8' },
      { where: '"My schema".notes.blob', id: 'test.json', form: 'utf-8 in hex' },
    ])
    expect(items).toBe(452)
    expect(statements).toHaveLength(5)
    expect(statements.at(-1)).toContain(`encode("blob", 'hex') as "v0"`)
  })
})
