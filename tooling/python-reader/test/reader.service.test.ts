import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installReader, readerMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { NO_SHARED, shared } from '@waxseal/test/shared'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshVectors } from './fresh-vectors.ts'

const repository = fileURLToPath(new URL('../../../', import.meta.url))
const published = join(repository, 'packages/core/test/vectors')
const wycheproof = shared('data/vectors/wycheproof/c2sp_chunked_encryption_aes_256_gcm_test.json')
const missing = readerMissing()

interface Vector {
  readonly id: string
  readonly error?: string
}

const FILES = ['values', 'documents', 'streams', 'wraps', 'derivations', 'indexes', 'refusals'] as const
const vectorsOf = (folder: string, file: string): Vector[] => JSON.parse(readFileSync(join(folder, `${file}.json`), 'utf8'))
/** What must come of each vector: it opens, or is refused with exactly that code. */
const expected = (vectors: readonly Vector[]) => Object.fromEntries(vectors.map(({ id, error = 'opened' }) => [id, error]))

describeIf(!missing, missing ?? '')('the Python reader of the specification', () => {
  let python: string
  beforeAll(async () => {
    python = await installReader()
  })
  const run = (...args: string[]) =>
    JSON.parse(execFileSync(python, ['-B', join(repository, 'tooling/python-reader/vectors.py'), ...args], { encoding: 'utf8' }))

  it.each(['reader.py', 'documents.py'])('%s is under 150 lines', (file) => {
    const lines = readFileSync(join(repository, 'docs/spec', file), 'utf8')
      .trimEnd()
      .split('\n')
    expect(lines.length).toBeLessThan(150)
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(130)
  })

  it('opens every published vector, and refuses with its code every one that must be refused', () => {
    const outcomes = run(published)
    expect(Object.keys(outcomes)).toEqual([...FILES])
    for (const file of FILES) expect(outcomes[file], file).toEqual(expected(vectorsOf(published, file)))
  })

  describeIf(wycheproof !== undefined, NO_SHARED)('Wycheproof', () => {
    it('agrees on every message of Cobblestone-256', () => {
      const outcomes: [string, string][] = Object.values(run('--chunks', wycheproof!))
      expect(outcomes.length).toBeGreaterThanOrEqual(35)
      for (const [result, outcome] of outcomes) expect(outcome === 'opened').toBe(result === 'valid')
    })
  })

  describe('what the core seals now', () => {
    const folder = mkdtempSync(join(tmpdir(), 'waxseal-reader-'))
    afterAll(() => rmSync(folder, { recursive: true }))

    it('opens', async () => {
      const fresh = await freshVectors()
      for (const [file, vectors] of Object.entries(fresh)) writeFileSync(join(folder, `${file}.json`), JSON.stringify(vectors))
      const outcomes = run(folder)
      for (const [file, vectors] of Object.entries(fresh)) expect(outcomes[file], file).toEqual(expected(vectors))
      expect(fresh.values.length + fresh.documents.length + fresh.refusals.length).toBeGreaterThan(100)
    })
  })
})
