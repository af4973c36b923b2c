import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const folder = fileURLToPath(new URL('..', import.meta.url))
const files = globSync('*.ts', { cwd: folder }).sort()

/** What a program says it prints: the comments behind its console.log calls, or else the lines at its end. */
function announced(source: string): string[] {
  const lines = source.trimEnd().split('\n')
  const behind = lines.flatMap((line) => /^\s*console\.log\(.*\) \/\/ (.+)$/.exec(line)?.[1] ?? [])
  if (behind.length > 0) return behind
  const last = lines.findLastIndex((line) => !line.startsWith('// '))
  return lines.slice(last + 1).map((line) => line.slice(3))
}

describe('every example', () => {
  it('is found', () => {
    expect(files).toContain('value.ts')
  })

  it.each(files)('%s prints what its comments say', (file) => {
    const expected = announced(readFileSync(folder + file, 'utf8'))
    expect(expected).not.toEqual([])
    const printed = execFileSync(process.execPath, [file], { cwd: folder, encoding: 'utf8' })
    expect(printed.trimEnd().split('\n')).toEqual(expected)
  })
})
