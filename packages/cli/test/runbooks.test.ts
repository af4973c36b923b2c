import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { expect, it } from 'vitest'
import { createProgram } from '../src/program.js'

const guides = fileURLToPath(new URL('../../../docs/guides/', import.meta.url))

/** Lines of shell, and what stands in the text as code, that call the command. */
const calls = globSync('**/*.md', { cwd: guides })
  .sort()
  .flatMap((file) => {
    const text = readFileSync(guides + file, 'utf8')
    const blocks = [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].flatMap(([, block = '']) => block.split(/\n|&&/))
    const inline = [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
    return [...blocks, ...inline]
      .map((line) => line.replace(/ +# .*/, '').trim())
      .filter((line) => /^waxseal [a-z]/.test(line))
      .map((line) => [file, line] as const)
  })

/** The command that the words name, and what it lacks of the options. */
function unknownIn(line: string): string[] {
  const [, ...words] = line.split(/\s+/)
  let command: Command = createProgram()
  for (const word of words) {
    const next = command.commands.find((candidate) => candidate.name() === word)
    if (!next) break
    command = next
  }
  if (!command.parent) return [`no command ${words[0]}`]
  // A text may speak of a group of commands by its name alone.
  if (command.commands.length > 0) return words.length === 1 ? [] : [`no subcommand of ${command.name()}`]
  const known = [command, command.parent, command.parent.parent].flatMap((each) => each?.options ?? [])
  const named = words.filter((word) => /^--?[a-z]/.test(word))
  return named.filter((word) => !known.some(({ short, long }) => word === short || word === long))
}

it('is called often enough to be worth a look', () => {
  expect(calls.length).toBeGreaterThan(20)
})

it.each(calls)('%s: %s', (_, line) => {
  expect(unknownIn(line)).toEqual([])
})
