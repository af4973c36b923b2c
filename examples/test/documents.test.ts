import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const examples = fileURLToPath(new URL('..', import.meta.url))
const root = join(examples, '..')
const documents = globSync(['*.md', 'docs/**/*.md', 'packages/*/README.md', 'apps/*/README.md'], { cwd: root }).sort()
const runnable = documents.filter((path) => path.endsWith('README.md') || path.startsWith('docs/guides/'))

const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** Whole programs without their markers, and the regions that they mark: `// #region name` to `// #endregion`. */
function sources(): Set<string> {
  const found = new Set<string>()
  for (const file of globSync(['*.ts', 'config/*.ts'], { cwd: examples })) {
    const lines = readFileSync(join(examples, file), 'utf8').trimEnd().split('\n')
    found.add(lines.filter((line) => !/^\s*\/\/ #(end)?region/.test(line)).join('\n'))
    let from: number | undefined
    lines.forEach((line, at) => {
      if (line.startsWith('// #region')) from = at + 1
      else if (line.startsWith('// #endregion')) found.add(lines.slice(from, at).join('\n'))
    })
  }
  return found
}

const blocks = (markdown: string, language: string) =>
  [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, code = '']) => code.trimEnd())

/** The anchor of a heading, as the usual renderers make it. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-')

const anchorsOf = (path: string) => [...read(path).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => anchor(heading))

describe('the documentation', () => {
  it.each(runnable)('%s shows only code that is part of an example', (path) => {
    const known = sources()
    for (const block of [...blocks(read(path), 'ts'), ...blocks(read(path), 'typescript')]) expect(known).toContain(block)
  })

  it.each(documents)('%s links to what is there', (path) => {
    for (const [, target = ''] of read(path).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue
      const [file = '', fragment] = target.split('#')
      const at = file === '' ? path : relative(root, join(root, dirname(path), file))
      expect(existsSync(join(root, at)), `${target} in ${path}`).toBe(true)
      if (fragment) expect(anchorsOf(at), `${target} in ${path}`).toContain(fragment)
    }
  })

  it('has every package in the table of the README', () => {
    for (const manifest of globSync('packages/*/package.json', { cwd: root })) {
      const { name } = JSON.parse(read(manifest)) as { name: string }
      expect(read('README.md')).toContain(`\`${name}\``)
    }
  })
})
