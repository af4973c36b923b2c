import { dirname, join, relative } from 'node:path'
import type { MarkdownEnv, MarkdownRenderer } from 'vitepress'
import { addressOf, repository } from './pages.ts'

/** The anchor of a heading, as the usual hosts of repositories make it: links between documents work there and here. */
export const slugify = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-')

const PICTURE =
  /<picture>\s*<source media="\(prefers-color-scheme: dark\)" srcset="([^"]+)">\s*<img ([^>]*)src="([^"]+)">\s*<\/picture>/g

const targetOf = (href: string, file: string): string => relative(repository, join(dirname(file), decodeURIComponent(href)))

/** Pages have a switch for light and dark, which a picture's media query does not hear of. */
const pictures = (html: string, file: string): string =>
  html.replace(PICTURE, (_, dark, rest, light) => {
    const image = (kind: string, source: string) => `<img class="${kind}-only" ${rest}src="/${targetOf(source, file)}">`
    return image('light', light) + image('dark', dark)
  })

/** Links are written for the repository; a page has them as addresses of the site. Fails for what is not there. */
function linked(href: string, file: string): string {
  if (/^([a-z]+:|#|\/)/.test(href)) return href
  const [path = '', fragment] = href.split('#')
  const address = addressOf(targetOf(path, file))
  if (!address) throw new Error(`${relative(repository, file)} links to ${href}, which is no page`)
  return fragment ? `${address.split('#')[0]}#${fragment}` : address
}

export function ofTheRepository(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push('repository', ({ tokens, env }) => {
    const { path, realPath = path } = env as MarkdownEnv
    // What typedoc writes has links among its own pages only; VitePress checks those.
    const generated = relative(repository, realPath).startsWith('apps/docs/api/')
    for (const token of tokens) {
      if (token.type === 'html_block') token.content = pictures(token.content, realPath)
      if (generated) continue
      for (const child of token.children ?? [])
        if (child.type === 'link_open') child.attrSet('href', linked(`${child.attrGet('href')}`, realPath))
    }
  })
}
