import { dirname } from 'node:path'
import { read, sources } from '../../.vitepress/pages.ts'

const fenced = (language: string, code: string) => `\`\`\`\`${language}\n${code.trimEnd()}\n\`\`\`\``

const page = (path: string) => ({
  params: { path },
  content: `# ${path.split('/').at(-1)}\n\n\`${path}\`\n\n${fenced(path.split('.').at(-1) ?? '', read(path))}\n`,
})

const folder = (path: string) => {
  const files = sources.filter((source) => source.startsWith(`${path}/`))
  const lines = files.map((file) => `- [${file.slice(path.length + 1)}](/source/${file})`)
  return {
    params: { path: `${path}/index` },
    content: `# Programs of ${path}\n\nTests run every one of them.\n\n${lines.join('\n')}\n`,
  }
}

/** One page for each program and for each folder of programs. */
export default {
  paths: () => [...sources.map(page), ...[...new Set(sources.map((source) => dirname(source)))].map(folder)],
}
