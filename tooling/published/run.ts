// `pnpm test:published`: the release as the workflow makes it, to a registry on loopback, and consumers that install from it.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../start/steps.mjs'
import { bundlers } from './consumers/bundlers.ts'
import { command } from './consumers/command.ts'
import { everyEntry } from './consumers/every-entry.ts'
import { jests } from './consumers/jest.ts'
import { bun, deno, pnpm } from './consumers/managers.ts'
import { next } from './consumers/next.ts'
import { node } from './consumers/node.ts'
import { type Consumer, createPlace } from './place.ts'
import { startRegistry } from './registry.ts'
import { copyRepository, type Release, releasePublish, releaseVersions } from './release.ts'

const consumers: readonly Consumer[] = [...node, pnpm, bun, deno, command, ...bundlers, next, ...jests, ...everyEntry]

const total = { passed: 0, failed: 0, skipped: 0 }

const step = async <T>(name: string, action: () => Promise<T>, shown: (result: T) => string): Promise<T | undefined> => {
  const startedAtMs = performance.now()
  const line = (mark: string, what: string): void => {
    const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1)
    console.log(`${mark} ${name.padEnd(34)} ${what} (${seconds} s)`)
  }
  try {
    const result = await action()
    total.passed++
    line('ok  ', shown(result))
    return result
  } catch (error) {
    total.failed++
    line('FAIL', error instanceof Error ? error.message : String(error))
    return undefined
  }
}

// `run.ts WORD...`: the consumers whose names hold one of these words.
const words = process.argv.slice(2)
const chosen = consumers.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))

const scratch = mkdtempSync(join(tmpdir(), 'waxseal-published-'))
const upstream = execFileSync('npm', ['config', 'get', 'registry'], { cwd: root, encoding: 'utf8' }).trim()
const registry = await startRegistry(upstream, '@waxseal')

const consume = async (release: Release): Promise<void> => {
  for (const { name, skip, check } of chosen) {
    if (skip === undefined) {
      await step(
        name,
        () => check(createPlace(scratch, name, registry, release)),
        (shown) => shown,
      )
    } else {
      total.skipped++
      console.log(`skip ${name.padEnd(34)} ${skip}`)
    }
  }
}

try {
  const folder = await step(
    'a copy of the repository',
    () => copyRepository(scratch),
    () => 'installed',
  )
  const release =
    folder &&
    (await step(
      'pnpm release:version',
      () => releaseVersions(folder),
      ({ version, packages, apps }) => `${packages.length} packages and ${apps.length} apps are ${version}`,
    ))
  const published =
    release &&
    (await step(
      'pnpm release:publish',
      () => releasePublish(folder, release, registry).then(() => release),
      ({ packages }) => `${packages.length} packages, tagged`,
    ))
  if (published) await consume(published)
  else console.log('Nothing else was run: the consumers need the packages.')
} finally {
  registry.close()
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 })
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed > 0 ? 1 : 0
