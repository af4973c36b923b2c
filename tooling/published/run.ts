// `pnpm test:published`: the release as the workflow makes it, to a registry on loopback, and consumers that install from it.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../start/steps.mjs'
import { audited } from '../supply/audit.ts'
import { OPTIONAL } from '../test/outcome.ts'
import { bundlers } from './consumers/bundlers.ts'
import { command } from './consumers/command.ts'
import { everyEntry } from './consumers/every-entry.ts'
import { jests } from './consumers/jest.ts'
import { bun, deno, pnpm } from './consumers/managers.ts'
import { next } from './consumers/next.ts'
import { node } from './consumers/node.ts'
import { endAll } from './execute.ts'
import { type Consumer, createPlace } from './place.ts'
import { startRegistry } from './registry.ts'
import { copyRepository, type Release, releaseBills, releasePublish, releaseReady, releaseVersions } from './release.ts'

// The longest first.
const consumers: readonly Consumer[] = [next, ...everyEntry, ...node, pnpm, bun, deno, command, ...bundlers, ...jests]

const total = { passed: 0, failed: 0, skipped: 0 }

// Continuous integration refuses skips but those whose reason starts so.
const skipped = (name: string, why: string): void => {
  const refused = process.env.WAXSEAL_SKIPS === 'refuse' && !why.startsWith(OPTIONAL)
  total[refused ? 'failed' : 'skipped']++
  console.log(`${refused ? 'FAIL' : 'skip'} ${name.padEnd(34)} ${why}`)
}

// Shows what `action` resolves to, or how it fails; `false` after a failure.
const step = async (name: string, action: () => Promise<string>): Promise<boolean> => {
  const startedAtMs = performance.now()
  const [ok, what] = await action().then(
    (shown) => [true, shown] as const,
    (error: unknown) => [false, error instanceof Error ? error.message : String(error)] as const,
  )
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1)
  total[ok ? 'passed' : 'failed']++
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name.padEnd(34)} ${what} (${seconds} s)`)
  return ok
}

// `run.ts WORD...`: the consumers whose names hold one of these words.
const words = process.argv.slice(2)
const chosen = consumers.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))

const scratch = mkdtempSync(join(tmpdir(), 'waxseal-published-'))
const upstream = execFileSync('npm', ['config', 'get', 'registry'], { cwd: root, encoding: 'utf8' }).trim()
const registry = await startRegistry(upstream, '@waxseal')
process.once('exit', () => {
  endAll()
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 })
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1))

// The steps of the workflow, one after the other.
const makeRelease = async (): Promise<Release | undefined> => {
  let folder = ''
  let release: Release | undefined
  const copied = await step('a copy of the repository', async () => {
    folder = await copyRepository(scratch)
    return 'installed'
  })
  const versioned =
    copied &&
    (await step('pnpm release:version', async () => {
      release = await releaseVersions(folder)
      return `${release.packages.length} packages and ${release.apps.length} apps are ${release.version}`
    }))
  if (!versioned || !release) return undefined
  const { version, packages } = release
  await step('pnpm release:ready', () => releaseReady(folder))
  await step('pnpm release:sbom', () => releaseBills(folder, version))
  const published = await step('pnpm release:publish', async () => {
    await releasePublish(folder, { version, packages }, registry)
    return `${packages.length} packages, tagged`
  })
  return published ? release : undefined
}

// Two at a time: each spends half of its time waiting for a registry or a disk.
const consume = async (release: Release): Promise<void> => {
  const queue = chosen.values()
  const lane = async (): Promise<void> => {
    for (const { name, skip, check } of queue) {
      if (skip === undefined) await step(name, () => check(createPlace(scratch, name, registry, release)))
      else skipped(name, skip)
    }
  }
  await Promise.all([lane(), lane()])
}

const audit = async (): Promise<void> => {
  const answer = audited()
  if (await answer.catch(() => true)) await step('pnpm audit', () => answer.then(() => 'no known vulnerability in what ships'))
  else skipped('pnpm audit', `${OPTIONAL} this registry answers no audit; the workflow of a release asks one that does`)
}

try {
  const release = await makeRelease()
  if (release) await consume(release)
  else console.log('Nothing else was run: the consumers need the packages.')
  if (words.length === 0) await audit()
} finally {
  registry.close()
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed > 0 ? 1 : 0
