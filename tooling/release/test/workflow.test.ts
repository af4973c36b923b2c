import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../../start/steps.mjs'

const workflow = readFileSync(join(root, '.github/workflows/release.yml'), 'utf8')
const dryRun = readFileSync(join(root, 'tooling/published/release.ts'), 'utf8')
const { packageManager, scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  packageManager: string
  scripts: Record<string, string>
}

const called = [...workflow.matchAll(/npx "\$PNPM" (\S+)/g)].map(([, command = '']) => command)
const releaseSteps = Object.keys(scripts).filter((name) => name.startsWith('release:') && name !== 'release:repository')

describe('the workflow of a release', () => {
  it('runs the pinned pnpm', () => {
    expect(workflow).toContain(`PNPM: ${packageManager}\n`)
  })

  it('calls scripts that exist', () => {
    const own = called.filter((command) => !['install', 'audit'].includes(command))
    expect(own.length).toBeGreaterThan(5)
    for (const command of own) expect(scripts).toHaveProperty([command])
  })

  it('has the steps that pnpm test:published runs', () => {
    for (const step of releaseSteps) {
      expect(called).toContain(step)
      expect(dryRun).toContain(`'${step}'`)
    }
  })

  it('uses actions of GitHub alone, by their major version', () => {
    const used = [...workflow.matchAll(/uses: (\S+)/g)].map(([, action]) => action)
    expect(used.length).toBeGreaterThan(0)
    for (const action of used) expect(action).toMatch(/^actions\/[a-z-]+@v\d+$/)
  })

  it('attests provenance where it publishes, and has no more rights elsewhere', () => {
    expect(workflow).toMatch(/PNPM_CONFIG_PROVENANCE: ["']true["']/)
    expect(workflow.match(/id-token: write/g)).toHaveLength(1)
  })
})
