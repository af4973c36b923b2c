import { Command, Option } from 'commander'

export const KEY_KINDS = ['env', 'file', 'aws', 'gcp', 'azure', 'vault-transit', 'store'] as const
export type KeyKind = (typeof KEY_KINDS)[number]
export const FILE_FORMATS = ['ts', 'mjs', 'json'] as const
export type FileFormat = (typeof FILE_FORMATS)[number]

export interface InitOptions {
  readonly keys?: KeyKind
  readonly as?: FileFormat
  readonly codecServer?: boolean
  readonly force?: boolean
}

const EXAMPLES = `
Asks what it is not told, and writes waxseal.config.ts, .mjs or .json for this command and the codec server. No secret
is written into it: it names where each one is.

Examples:
  $ waxseal init
  $ waxseal init --keys env --as json --codec-server`

export const initCommand = (): Command =>
  new Command('init')
    .description('writes a configuration file, by asking')
    .addOption(new Option('--keys <kind>', 'where keys are').choices(KEY_KINDS))
    .addOption(new Option('--as <format>', 'TypeScript, JavaScript or JSON').choices(FILE_FORMATS))
    .option('--codec-server', 'with a codec server')
    .option('--no-codec-server', 'without one')
    .option('--force', 'replace the file that is there')
    .addHelpText('after', EXAMPLES)
    .action(async (_options: unknown, command: Command) => (await import('../actions/init.js')).init(command.optsWithGlobals()))
