import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { folder, program } from './waxseal.js'

interface Step {
  readonly command: string
  readonly printed: string
}

const GUIDE = 'docs/guides/command.md'
const guide = readFileSync(new URL(`../../../${GUIDE}`, import.meta.url), 'utf8')

/** The commands of the guide, each with what it shows behind it. */
const steps: Step[] = [...guide.matchAll(/^```console\n(.*?)^```$/gms)].flatMap(([, block]) =>
  block!
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const end = step.indexOf('\n')
      return { command: step.slice(0, end), printed: step.slice(end + 1) }
    }),
)

const home = folder()
afterAll(() => home.remove())
mkdirSync(home.at('bin'))
writeFileSync(home.at('bin/waxseal'), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`)
chmodSync(home.at('bin/waxseal'), 0o755)
mkdirSync(home.at('work'))

/** One shell for all of them, so that what one sets the next one has. */
function printedBy(commands: readonly string[]): string[] {
  const mark = '-- the next command --'
  const script = commands.map((command) => `${command}\necho '${mark}'`).join('\n')
  const env = { ...process.env, PATH: `${home.at('bin')}${delimiter}${process.env.PATH}`, LC_ALL: 'C', NO_COLOR: '1' }
  const { stdout } = spawnSync('bash', ['-c', `exec 2>&1\n${script}`], { cwd: home.at('work'), encoding: 'utf8', env })
  return stdout.split(`${mark}\n`).slice(0, -1)
}

const patternOf = (printed: string): RegExp =>
  new RegExp(
    `^${printed
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('[^]*')}$`,
  )

it(`prints what ${GUIDE} shows`, () => {
  expect(steps.length).toBeGreaterThan(10)
  const printed = printedBy(steps.map(({ command }) => command))
  expect(printed).toHaveLength(steps.length)
  for (const [at, { command, printed: shown }] of steps.entries())
    if (!patternOf(shown).test(printed[at]!)) expect(`$ ${command}\n${printed[at]}`).toBe(`$ ${command}\n${shown}`)
})
