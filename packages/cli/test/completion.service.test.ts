import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { shellsMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { folder, waxseal } from './waxseal.js'

/** What is typed before Tab, and what stands there or is offered behind it. */
const CASES = [
  ['waxseal ins', 'inspect'],
  ['waxseal seal --sto', '--store-context'],
  ['waxseal keys ro', 'rotate'],
  ['waxseal keys rotate --du', '--due'],
  ['waxseal completion z', 'zsh'],
  ['waxseal init --as m', 'mjs'],
  ['waxseal seal keys --sto', '--store-context'],
] as const

/** Types into an interactive zsh, and reads until what is expected stands there. */
const TYPING = `
zmodload zsh/zpty
zpty typing zsh -f -i
zpty -w typing "autoload -U compinit; compinit -u -D; source $1; print REA''DY"
zpty -r -m typing seen '*READY*'
zpty -n -w typing "$2"$'\\t'
zpty -r -m typing seen "*$3*"
zpty -d typing
print -r -- "$seen"`

const missing = shellsMissing()
describeIf(!missing, missing ?? '')('completion', () => {
  const home = folder()
  beforeAll(async () => {
    for (const shell of ['zsh', 'fish']) writeFileSync(home.at(shell), (await waxseal(['completion', shell])).out)
  })
  afterAll(() => home.remove())
  const run = (shell: string, ...args: string[]) =>
    execFileSync(shell, args, { cwd: home.path, encoding: 'utf8', timeout: 20_000, env: { ...process.env, HOME: home.path } })
  const offeredByFish = (typed: string) => run('fish', '-c', 'source $argv[1]; complete -C $argv[2]', home.at('fish'), typed)

  describe.each(['zsh', 'fish'] as const)('in %s', (shell) => {
    it.each(CASES)('of "%s" has %s', (typed, expected) => {
      const shown =
        shell === 'zsh' ? run('zsh', '-f', '-c', TYPING, 'typing', home.at('zsh'), typed, expected) : offeredByFish(typed)
      expect(shown).toContain(expected)
    })
  })

  it('takes a file that is named like a command for a file', () => {
    expect(offeredByFish('waxseal seal keys ro')).not.toContain('rotate')
    expect(offeredByFish('waxseal seal keys rotate --d')).not.toContain('--due')
  })
})
