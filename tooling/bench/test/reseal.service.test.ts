import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { postgresMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { expect, it } from 'vitest'

const main = fileURLToPath(new URL('../reseal.ts', import.meta.url))
const bench = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' })

const noPostgres = postgresMissing()
describeIf(!noPostgres, noPostgres ?? '')('pnpm bench:reseal', () => {
  it('prints one object a line with --json, and judges full runs only', () => {
    const { status, stdout, stderr } = bench('--json', '--rows', '300', '--rounds', '1')
    expect([status, stderr]).toEqual([0, ''])
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines.map(({ unit }) => unit)).toEqual(['ratio', 'ratio', 'rows/s', 'rows/s', 'rows/s', 'ms', 'ms'])
    for (const line of lines) {
      expect(Object.keys(line)).toEqual(['name', 'value', 'unit', 'goal', 'ok'])
      expect(line.value).toBeGreaterThan(0)
      expect([line.goal, line.ok]).toEqual([null, true])
    }
  }, 120_000)

  it.each([
    ['--rows', '0'],
    ['--rounds', 'x'],
  ])('refuses %s %s', (...args) => {
    const { status, stdout, stderr } = bench(...args)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).not.toBe('')
  })
})
