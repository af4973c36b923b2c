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

// From its name to the next one; a comment above a job belongs to the one before.
const jobs = Object.fromEntries(
  (workflow.split(/^jobs:\n/m)[1] ?? '').split(/^(?= {2}\w+:\n)/m).map((text) => [text.trim().split(':')[0] ?? '', text]),
)
const jobsWith = (text: string) => Object.keys(jobs).filter((name) => jobs[name]?.includes(text))

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

  it('attests provenance where it publishes, with the right to do so nowhere else', () => {
    expect(jobsWith('id-token: write')).toEqual(['publish'])
    expect(jobsWith('release:publish')).toEqual(['publish'])
    expect(jobsWith('secrets.')).toEqual(['publish'])
    expect(jobs.publish).toMatch(/PNPM_CONFIG_PROVENANCE: ["']true["']/)
  })

  it('rehearses first, in a job that has no rights', () => {
    expect(jobs.publish).toContain('needs: [versions, rehearse]\n')
    for (const command of ['release:ready', 'test', 'audit', 'test:published'])
      expect(jobs.rehearse).toContain(`npx "$PNPM" ${command}`)
    expect(jobs.rehearse).not.toContain(': write')
    expect(jobs.publish).not.toMatch(/test:published|\bpnpm add|"\$PNPM" (?:add|audit|test)\b/)
  })

  it('writes to the repository only in the jobs that have to, and installs nothing where it tags', () => {
    expect(jobsWith('contents: write')).toEqual(['versions', 'tag'])
    for (const name of ['rehearse', 'publish']) expect(jobs[name]).toContain('persist-credentials: false')
    expect(jobs.tag).not.toMatch(/\b(?:npm|npx|pnpm)\b|"\$PNPM"/)
  })

  it('does nothing for other branches', () => {
    expect(Object.keys(jobs)).toEqual(['versions', 'rehearse', 'publish', 'tag'])
    for (const job of Object.values(jobs)) expect(job).toMatch(/^ {4}if: github\.ref == 'refs\/heads\/main'/m)
  })
})
