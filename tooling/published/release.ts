// A release as the workflow makes it, in a copy of the repository: the same scripts of package.json, another registry.
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { leftForOwner } from '../release/owner.ts'
import { pnpm, root } from '../start/steps.mjs'
import type { Bill } from '../supply/bill.ts'
import { execute } from './execute.ts'
import type { Registry } from './registry.ts'

interface Manifest {
  name: string
  version: string
  private?: boolean
}

export interface Release {
  /** The version of every package and app. */
  readonly version: string
  /** The names of the packages that are published. */
  readonly packages: readonly string[]
  readonly apps: readonly string[]
}

const git = (folder: string, ...args: string[]): Promise<string> => {
  const author = ['-c', 'user.name=release', '-c', 'user.email=release@localhost', '-c', 'commit.gpgsign=false']
  return execute('git', [...author, ...args], { cwd: folder, env: { ...process.env } as Record<string, string> })
}

const run = (folder: string, env: Record<string, string>, ...args: string[]): Promise<string> => {
  const [file, first] = pnpm(...args)
  return execute(file, first, { cwd: folder, env: { ...(process.env as Record<string, string>), ...env } })
}

const manifests = (folder: string, pattern: string): Manifest[] =>
  globSync(`${pattern}/package.json`, { cwd: folder })
    .sort()
    .map((path) => JSON.parse(readFileSync(join(folder, path), 'utf8')) as Manifest)

/** Copies what git would track, with or without a git folder, and what was built; installs what a release needs. */
export const copyRepository = async (scratch: string): Promise<string> => {
  const folder = join(scratch, 'repository')
  const index = join(scratch, 'index.git')
  mkdirSync(folder)
  await git(scratch, 'init', '--quiet', '--bare', index)
  const ours = [`--git-dir=${index}`, `--work-tree=${root}`]
  await git(root, ...ours, 'add', '--all')
  await git(root, ...ours, 'checkout-index', '--all', `--prefix=${folder}/`)
  await git(folder, 'init', '--quiet', '--initial-branch=main')
  // For the annotated tags of `changeset publish`, on a machine where nobody has told git a name.
  await git(folder, 'config', 'user.name', 'release')
  await git(folder, 'config', 'user.email', 'release@localhost')
  await git(folder, 'add', '--all')
  await git(folder, 'commit', '--quiet', '--message=The state to release')
  for (const built of globSync('packages/*/dist', { cwd: root }))
    cpSync(join(root, built), join(folder, built), { recursive: true })
  const filters = ['./packages/*', '@waxseal/codec-server-app', '@waxseal/release'].flatMap((name) => ['--filter', name])
  await run(folder, {}, 'install', '--frozen-lockfile', '--prefer-offline', ...filters)
  return folder
}

/**
 * `pnpm release:version`: every package and app gets one new version and a change log, nothing else is touched. Where the changesets
 * were turned into versions already, between that commit and the next change, these versions are taken.
 */
export const releaseVersions = async (folder: string): Promise<Release> => {
  if (globSync('.changeset/*.md', { cwd: folder }).length > 0) await run(folder, {}, 'run', 'release:version')
  const packages = manifests(folder, 'packages/*').filter((manifest) => !manifest.private)
  const apps = manifests(folder, 'apps/*')
  const [version = '', ...others] = new Set([...packages, ...apps].map((manifest) => manifest.version))
  if (others.length > 0) throw new Error(`not one version: ${[version, ...others].join(', ')}`)
  const changed = (await git(folder, 'status', '--porcelain', '--untracked-files=all'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.trim().split(' ').pop() ?? '')
  const beside = changed.filter(
    (path) => !/^(packages|apps)\/[^/]+\/(package\.json|CHANGELOG\.md)$|^\.changeset\/[^/]+\.md$/.test(path),
  )
  if (beside.length > 0) throw new Error(`.changeset/config.json versions more than packages and apps: ${beside.join(', ')}`)
  const silent = [...globSync('packages/*', { cwd: folder }), ...globSync('apps/*', { cwd: folder })].filter(
    (path) => !existsSync(join(folder, path, 'CHANGELOG.md')),
  )
  if (silent.length > 0) throw new Error(`.changeset names none of: ${silent.join(', ')}`)
  await git(folder, 'add', '--all')
  await git(folder, 'commit', '--quiet', '--allow-empty', '--message=Versions')
  return { version, packages: packages.map(({ name }) => name), apps: apps.map(({ name }) => name) }
}

/** `pnpm release:ready`: fails as long as something is left to the owner, and says what. */
export const releaseReady = async (folder: string): Promise<string> => {
  const left = leftForOwner(folder)
  const refusal = await run(folder, {}, 'run', 'release:ready').then(
    () => '',
    (error: unknown) => String(error),
  )
  const told = left.every((sentence) => refusal.includes(sentence)) && (left.length > 0 || refusal === '')
  if (!told) throw new Error(refusal || 'it does not say what is left to the owner')
  return left.length === 0 ? 'nothing is left to the owner' : `holds a release back, as it must: ${left.join(' ')}`
}

/** `pnpm release:sbom`: a bill of materials of each package and image, of this version. */
export const releaseBills = async (folder: string, version: string): Promise<string> => {
  await run(folder, {}, 'run', 'release:sbom')
  const files = globSync('.out/sbom/*.cdx.json', { cwd: folder })
  const bills = files.map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Bill)
  const other = bills.filter(({ metadata }) => metadata.component.version !== version)
  if (bills.length === 0 || other.length > 0)
    throw new Error(`${bills.length} bills of materials, ${other.length} of another version`)
  return `${bills.length} bills of materials`
}

/** `pnpm release:publish` to a registry on loopback. Without provenance, which only a public workflow can attest. */
export const releasePublish = async (
  folder: string,
  { version, packages }: Pick<Release, 'version' | 'packages'>,
  registry: Registry,
): Promise<void> => {
  writeFileSync(join(folder, '.npmrc'), `registry=${registry.url}\n${registry.url.slice('http:'.length)}:_authToken=loopback\n`)
  const env = { PNPM_CONFIG_REGISTRY: registry.url, PNPM_CONFIG_PROVENANCE: 'false' }
  const output = await run(folder, env, 'run', 'release:publish')
  const expected = packages.map((name) => `${name}@${version}`).sort()
  const missing = expected.filter((name) => !registry.published().includes(name))
  if (missing.length > 0) throw new Error(`not published: ${missing.join(', ')}\n${output}`)
  const tags = (await git(folder, 'tag')).split('\n')
  const untagged = expected.filter((name) => !tags.includes(name))
  if (untagged.length > 0) throw new Error(`no git tag: ${untagged.join(', ')}`)
}
