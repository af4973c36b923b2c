import { join } from 'node:path'
import { createMarkdownRenderer } from 'vitepress'
import { describe, expect, it } from 'vitest'
import { ofTheRepository, slugify } from '../.vitepress/markdown.ts'
import { addressOf, pageOf, repository } from '../.vitepress/pages.ts'

const markdown = await createMarkdownRenderer(repository, { anchor: { slugify }, config: ofTheRepository })
const rendered = (text: string, file = 'docs/guides/queues.md') =>
  markdown.render(text, { path: join(repository, file), cleanUrls: true })

describe('pages', () => {
  it.each([
    ['README.md', 'overview.md'],
    ['SECURITY.md', 'security.md'],
    ['docs/guides/queues.md', 'guides/queues.md'],
    ['docs/adr/README.md', 'adr/index.md'],
    ['packages/core/README.md', 'packages/core.md'],
    ['apps/docs/site/index.md', 'index.md'],
    ['apps/docs/api/core/keys.md', 'api/core/keys.md'],
  ])('%s is %s', (path, page) => {
    expect(pageOf(path)).toBe(page)
  })

  it.each([
    ['packages/core', '/packages/core'],
    ['packages', '/overview#packages'],
    ['examples', '/source/examples/'],
    ['examples/value.ts', '/source/examples/value.ts'],
    ['docs/spec/reader.py', '/source/docs/spec/reader.py'],
    ['docs/adr/README.md', '/adr/'],
    ['docs/guides/nothing.md', undefined],
    ['packages/core/src', undefined],
  ])('%s is at %s', (path, address) => {
    expect(addressOf(path)).toBe(address)
  })
})

describe('links', () => {
  it('lead to pages', () => {
    expect(rendered('[a](rotation.md#when)')).toContain('href="/guides/rotation#when"')
    expect(rendered('[a](../../packages/core)')).toContain('href="/packages/core"')
    expect(rendered('[a](#options)')).toContain('href="#options"')
    expect(rendered('[a](https://example.com/)')).toContain('href="https://example.com/"')
  })

  it('to what is no page end the build', () => {
    expect(() => rendered('[a](nothing.md)')).toThrow('docs/guides/queues.md links to nothing.md')
    expect(() => rendered('[a](../../tooling/build)')).toThrow('which is no page')
  })
})

it('shows one picture in light and another in dark', () => {
  const html = rendered(
    '<picture>\n  <source media="(prefers-color-scheme: dark)" srcset="../images/road-dark.svg">\n  <img alt="The road" src="../images/road-light.svg">\n</picture>',
  )
  expect(html).toContain('<img class="light-only" alt="The road" src="/docs/images/road-light.svg">')
  expect(html).toContain('<img class="dark-only" alt="The road" src="/docs/images/road-dark.svg">')
})
