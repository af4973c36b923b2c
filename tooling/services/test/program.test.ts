import { describe, expect, it } from 'vitest'
import { atLeast, run, versionOf } from '../program.ts'

describe('programs that services need', () => {
  it.each([
    ['go1.26.8', '1.25.3', true],
    ['go1.25.3', '1.25.3', true],
    ['go1.25', '1.25.3', false],
    ['go1.9', '1.25', false],
    ['3.11.7', '3.10', true],
    ['3.9.18', '3.10', false],
  ])('%s is at least %s: %s', (version, minimum, enough) => {
    expect(atLeast(version, minimum)).toBe(enough)
  })

  it('have no version where there is no such program', () => {
    expect(versionOf('waxseal-no-such-program', '--version')).toBeUndefined()
    expect(versionOf(process.execPath, '--version')).toBe(process.version)
  })

  it('fail with what they printed', async () => {
    const failing = run(process.execPath, ['--eval', 'console.error("no registry"); process.exitCode = 3'])
    await expect(failing).rejects.toThrow(/exit code 3\):\nno registry$/)
  })
})
