import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Bill, dependencyProblems, licenceProblems } from '../bill.ts'
import { findSecrets, secretProblems } from '../secrets.ts'

const library = (name: string, id?: string) => ({ name, version: '1.0.0', ...(id ? { licenses: [{ license: { id } }] } : {}) })

const bill = (name: string, ...components: Bill['components']): Bill => ({
  metadata: { component: { group: '@waxseal', name, version: '0.1.0' } },
  components,
})

describe('licences of what ships', () => {
  const limits = { licences: ['MIT'] }

  it('are those of the list', () => {
    expect(licenceProblems([bill('core', library('a', 'MIT'))], limits)).toEqual([])
    expect(licenceProblems([bill('core', library('a', 'GPL-3.0-only'))], limits)).toEqual([
      '@waxseal/core: a 1.0.0 is under GPL-3.0-only',
    ])
  })

  it('must be stated', () => {
    expect(licenceProblems([bill('core', library('a'))], limits)).toEqual(['@waxseal/core: a 1.0.0 is under none stated'])
  })
})

describe('dependencies of a package', () => {
  const limits = { maxDependencies: 1, exceptions: { '@waxseal/cli': { maxDependencies: 2, reason: 'a program' } } }
  const [a, b, c] = [library('a'), library('b'), library('c')]

  it('are few, or explained', () => {
    expect(dependencyProblems([bill('core', a), bill('cli', a, b)], limits)).toEqual([])
    expect(dependencyProblems([bill('core', a, b), bill('cli', a, b, c)], limits)).toEqual([
      '@waxseal/core brings 2 packages, 1 are allowed',
      '@waxseal/cli brings 3 packages, 2 are allowed',
    ])
  })

  it('are not explained where no explanation is needed', () => {
    expect(dependencyProblems([bill('cli', a)], limits)).toEqual(['@waxseal/cli brings 1 packages: lower its exception of 2'])
  })
})

describe('secrets', () => {
  it('are found, and not told', async () => {
    const folder = `${mkdtempSync(join(tmpdir(), 'waxseal-secrets-'))}/`
    try {
      const token = `ghp_${'aB3'.repeat(12)}`
      writeFileSync(join(folder, 'settings.ts'), `\nexport const token = '${token}'\n`)
      const findings = await findSecrets(folder)
      expect(findings).toEqual([{ file: 'settings.ts', line: 2, rule: 'secretlint-rule-github' }])
      const problems = secretProblems(findings, { testSecrets: {} })
      expect(problems).toEqual(['settings.ts:2 looks like a secret (secretlint-rule-github)'])
      expect(secretProblems(findings, { testSecrets: { 'settings.ts': 'made up' } })).toEqual([])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('are explained by the folder too', () => {
    const finding = { file: 'corpus/a.json', line: 1, rule: 'basicauth' }
    expect(secretProblems([finding], { testSecrets: { 'corpus/': 'made up' } })).toEqual([])
    expect(secretProblems([finding], { testSecrets: { corpus: 'made up' } })).toHaveLength(2)
  })

  it('are not explained where there are none', () => {
    expect(secretProblems([], { testSecrets: { 'a.ts': 'made up' } })).toEqual(['a.ts: limits.json explains what is not there'])
  })
})
