import { globSync } from 'node:fs'
import type { DefaultTheme } from 'vitepress'
import { read, repository } from './pages.ts'

type Item = DefaultTheme.SidebarItem

const titleOf = (path: string): string => /^# (.+)$/m.exec(read(path))?.[1]?.replaceAll('`', '') ?? path
const pages = (folder: string, names: string): Item[] =>
  names.split(' ').map((name) => ({ text: titleOf(`docs/${folder}/${name}.md`), link: `/${folder}/${name}` }))
const found = (pattern: string) => globSync(pattern, { cwd: repository }).sort()

const guides: Item[] = [
  { text: 'Start', items: [...pages('guides', 'introduction concepts'), { text: 'Packages', link: '/overview#packages' }] },
  {
    text: 'Seal',
    items: pages('guides', 'field-sealing queues tables agent-sessions stores codecs edge pii'),
  },
  { text: 'Keys', items: pages('guides', 'kms key-sources key-manager rotation reseal shredding retention') },
  { text: 'Operate', items: pages('guides', 'operating codec-server command audit testing compliance') },
  {
    text: 'Migrate',
    items: [
      ...pages('guides', 'migrating'),
      ...pages('guides/migrating', 'inngest cloak temporal hammerwork acteon adk-secure-sessions'),
    ],
  },
]

const about = ['docs/packages.md', 'docs/releasing.md']
const measured = found('docs/*.md')
  .filter((path) => !about.includes(path))
  .map((path) => ({ text: titleOf(path), link: `/${path.slice(5, -3)}` }))

const reference: Item[] = [
  {
    text: 'Reference',
    items: [
      { text: 'Envelope specification', link: '/spec/envelope' },
      { text: 'Threat model', link: '/security' },
      ...about.map((path) => ({ text: titleOf(path), link: `/${path.slice(5, -3)}` })),
      { text: 'API', link: '/api/' },
      { text: 'Programs', link: '/source/examples/' },
      { text: 'Decisions', link: '/adr/' },
    ],
  },
  { text: 'Measured', items: measured },
]

const packages: Item[] = [
  {
    text: 'Packages',
    link: '/overview#packages',
    items: found('{packages,apps}/*/README.md').map((path) => ({
      text: path.split('/')[1] ?? path,
      link: `/${path.replace('/README.md', '')}`,
    })),
  },
]

const decisions: Item[] = [
  {
    text: 'Decisions',
    link: '/adr/',
    items: found('docs/adr/[0-9]*.md').map((path) => ({ text: titleOf(path), link: `/${path.slice(5, -3)}` })),
  },
]

const api = (): Item[] => [
  {
    text: 'API',
    link: '/api/',
    items: found('apps/docs/api/*.md')
      .filter((path) => !path.endsWith('/index.md'))
      .map((path) => ({ text: titleOf(path).replace('@waxseal/', ''), link: `/${path.slice(10, -3)}` })),
  },
]

export const sidebar = (): DefaultTheme.SidebarMulti => ({
  '/api/': api(),
  '/packages/': packages,
  '/apps/': packages,
  '/adr/': decisions,
  '/': [...guides, ...reference],
})
