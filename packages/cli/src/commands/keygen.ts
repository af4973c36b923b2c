import { Command } from 'commander'

export interface KeygenOptions {
  readonly kid?: string
  readonly output?: string
  readonly add?: string
}

const EXAMPLES = `
Examples:
  $ waxseal keygen                        # one entry of a list of keys, to standard output
  $ waxseal keygen -o keys.txt            # a new list in a file that nobody else can read
  $ waxseal keygen --add keys.txt         # rotation: the new key seals, the old ones still open
  $ export WAXSEAL_KEYS=$(waxseal keygen)`

export const keygenCommand = (): Command =>
  new Command('keygen')
    .description('makes a key of 32 random bytes')
    .option('--kid <id>', 'id of the key, 1 to 64 of a-z, 0-9 and -; without it k1, or the next one of the file')
    .option('-o, --output <file>', 'write a new list of keys, mode 0600; never over a file that is there')
    .option('--add <file>', 'put the new key before those of a list, so that it seals from now on')
    .addHelpText('after', EXAMPLES)
    .action(async (_options: unknown, command: Command) =>
      (await import('../actions/keygen.js')).keygen(command.optsWithGlobals()),
    )
