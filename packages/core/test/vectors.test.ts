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

if (globalThis.process?.env.WAXSEAL_VECTORS === 'append') await appendVectors()

/** How many vectors each file holds at least, and the SHA-256 of those: what is published is never changed or taken out. */
const PUBLISHED: Record<(typeof FILES)[number], [count: number, digest: string]> = {
  values: [23, '1aca7585932db8550aa0644fafbc57176a26297e9f559027cdd738321f514dcf'],
  documents: [14, '4e885649d095d26eebdafe89e47e9e6de020688b1528ce9e1642301e359e1cc8'],
  streams: [10, 'c1814e040e127aaab814e70f0f61c74cddf10a3d4090c6af91a05b81bebeafdb'],
  wraps: [4, '65c9abfbba03137595a90a3185aa0025769347b2f360e9491149d324c0dcc0a5'],
  derivations: [27, '2383592a3efb26bd39cc4f3c49ecac4656f4907b645ea3ae6982da22f33c18f9'],
  indexes: [14, '697e63a908e9dc6b516dcf26b777beea5d68c2e640283e5d3ab34f567d0cad5b'],
  refusals: [57, '9acc342ab5a9e01d959f8d4046debce4b8d3a8264cb1cf48c7742cafef958747'],
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
