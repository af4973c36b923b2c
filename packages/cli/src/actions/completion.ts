import type { Command } from 'commander'
import { bashScript } from '../completion/bash.js'
import { completable } from '../completion/completable.js'
import { fishScript } from '../completion/fish.js'
import { zshScript } from '../completion/zsh.js'

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript }

export async function completion(shell: keyof typeof SCRIPTS, program: Command): Promise<void> {
  process.stdout.write(SCRIPTS[shell](program.name(), completable(program)))
}
