import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { outcome } from './fixtures.ts'
import { appendVectors, FILES, readVectors } from './vectors/generate.ts'
import {
  derivations,
  documents,
  indexes,
  type RefusalInput,
  refused,
  streams,
  type Vector,
  values,
  wraps,
} from './vectors/vector.ts'

if (process.env.WAXSEAL_VECTORS === 'append') await appendVectors()

/** How many vectors each file holds at least, and the SHA-256 of those: what is published is never changed or taken out. */
const PUBLISHED: Record<(typeof FILES)[number], [count: number, digest: string]> = {
  values: [0, ''],
  documents: [0, ''],
  streams: [0, ''],
  wraps: [0, ''],
  derivations: [0, ''],
  indexes: [0, ''],
  refusals: [0, ''],
}

it.each(FILES)('%s.json only grows', (file) => {
  const vectors = readVectors(file)
  const [count] = PUBLISHED[file]
  const digest = createHash('sha256')
    .update(JSON.stringify(vectors.slice(0, count)))
    .digest('hex')
  expect([count, digest]).toEqual(PUBLISHED[file])
  expect(vectors.length).toBeGreaterThanOrEqual(count)
  expect(new Set(vectors.map(({ id }) => id)).size).toBe(vectors.length)
})

interface Kind {
  readonly produce: (input: never) => Promise<object>
  readonly consume: (input: never, output: never) => Promise<unknown[][]>
}

const KINDS: Record<string, Kind> = { values, documents, streams, wraps, derivations, indexes }

describe.each(Object.entries(KINDS))('%s', (file, { produce, consume }) => {
  it.each(readVectors<{ compress?: string }>(file as (typeof FILES)[number]))('$id', async ({ input, output }) => {
    // Compressors differ in their output; their vectors are opened only.
    if (!input.compress) expect(await produce(input as never)).toEqual(output)
    const [expected, opened] = await consume(input as never, output as never)
    expect(opened).toEqual(expected)
  })
})

describe('refusals', () => {
  it.each(readVectors<RefusalInput>('refusals'))('$id: $error', async ({ input, error }: Vector<RefusalInput>) => {
    expect(await outcome(() => refused(input))).toBe(error)
  })
})
