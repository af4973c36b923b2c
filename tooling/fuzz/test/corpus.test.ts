import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const fuzz = fileURLToPath(new URL('../fuzz.ts', import.meta.url))

it('passes on the samples, on all that earlier runs kept, and on a little more', () => {
  const last = execFileSync(process.execPath, [fuzz, '--runs', '2000', '--seed', '7'], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .at(-1)
  expect(last).toMatch(/^\d+ executions in .* seed 7: 0 findings$/)
}, 120_000)
