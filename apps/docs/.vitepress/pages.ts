import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

export const repository: string = fileURLToPath(new URL('../../../', import.meta.url))

export const read = (path: string): string => readFileSync(join(repository, path), 'utf8')

/** Markdown of the repository that is no page. */
export const excluded: string[] = [
  '**/{node_modules,dist,.out}/**',
  '.changeset/**',
  'CONTRIBUTING.md',
  'tooling/**',
  'packages/*/*/**',
  'packages/*/CHANGELOG.md',
]

/** Where a Markdown file of the repository is shown: "docs/guides/queues.md" is "guides/queues.md". */
export function pageOf(path: string): string {
  if (path === 'README.md') return 'overview.md'
  if (path === 'SECURITY.md') return 'security.md'
  return path
    .replace(/^apps\/docs\/(site\/)?/, '')
    .replace(/^docs\/adr\/README/, 'adr/index')
    .replace(/^docs\//, '')
    .replace(/^((?:packages|apps)\/[^/]+)\/README/, '$1')
}

const SOURCES = ['examples/*.ts', 'examples/{config,gateway,prisma,temporal}/**/*.{ts,prisma,json,yaml,py}', 'docs/spec/*.py']

/** Programs that are shown as pages of their own. */
export const sources: string[] = globSync(SOURCES, { cwd: repository, exclude: ['**/node_modules/**'] })
  .map((path) => path.replaceAll('\\', '/'))
  .sort()

/** The address on the site of a file or folder of the repository; undefined for what has none. */
export function addressOf(path: string): string | undefined {
  const at = normalize(path).replace(/\/$/, '')
  if (at === 'packages') return '/overview#packages'
  if (!existsSync(join(repository, at))) return undefined
  if (at.endsWith('.md'))
    return `/${pageOf(at)
      .replace(/(^|\/)index\.md$/, '$1')
      .replace(/\.md$/, '')}`
  if (sources.includes(at)) return `/source/${at}`
  if (statSync(join(repository, at)).isDirectory()) {
    if (existsSync(join(repository, at, 'README.md'))) return addressOf(`${at}/README.md`)
    if (sources.some((source) => source.startsWith(`${at}/`))) return `/source/${at}/`
  }
  return undefined
}
