import { readFileSync } from 'node:fs'

const guide = readFileSync(new URL('../../../docs/guides/codec-server.md', import.meta.url), 'utf8')

/** The commands of a section of the guide, each as it is printed. */
export function commandsOf(section: string): string[] {
  const [, text = ''] = guide.split(new RegExp(`^#+ ${section}$`, 'm'))
  const [own = ''] = text.split(/^## /m)
  return Array.from(own.matchAll(/^```sh\n([\s\S]+?)^```$/gm), ([, block]) =>
    block!.replaceAll('\\\n', ' ').trim().split('\n'),
  ).flat()
}
