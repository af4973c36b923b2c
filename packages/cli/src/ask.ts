import { createInterface } from 'node:readline/promises'
import { EXIT, Failure, usage } from './failure.js'

/** Has something dangerous confirmed by its name: by `--confirm`, or by whoever sits at the terminal. */
export async function confirmed(what: string, name: string, given: string | undefined): Promise<void> {
  if (given !== undefined) {
    if (given !== name) throw usage(`--confirm is not ${name}: nothing was done`)
    return
  }
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw usage(`${what}: this has to be confirmed`, `Give --confirm ${name} where nobody can be asked.`)
  const asking = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await asking.question(`${what}. Type ${name} to go on: `).catch(() => {
      // Ctrl-C or Ctrl-D.
      process.stderr.write('\n')
      throw new Failure('stopped: nothing was done', { exitCode: EXIT.interrupted })
    })
    if (answer.trim() !== name) throw new Failure('not confirmed: nothing was done')
  } finally {
    asking.close()
  }
}
