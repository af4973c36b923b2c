import { Command, Option } from 'commander'
import { wholeNumber } from './numbers.js'
import { collected } from './options.js'

export interface ResealOptions {
  readonly config?: string
  readonly target?: readonly string[]
  readonly dryRun?: boolean
  readonly rate?: number
  readonly pageSize?: number
  readonly checkpoints: string
  readonly mode: 'reseal' | 'rewrap'
}
export interface MigrateOptions extends Omit<ResealOptions, 'mode'> {
  readonly reverse?: boolean
  readonly confirm?: string
  readonly actor?: string
}

const withRunOptions = (command: Command): Command =>
  command
    .option('--target <name>', 'only this table.column or queue of the configuration, once for each', collected)
    .option('-n, --dry-run', 'do everything but write')
    .option('--rate <rows>', 'rows a second at most', wholeNumber)
    .option('--page-size <rows>', 'rows at once; default 500', wholeNumber)
    .addOption(new Option('--checkpoints <folder>', 'where a run that was ended goes on from').default('.waxseal'))

const RESEAL_EXAMPLES = `
Goes through the tables and queues of the configuration. A run that was ended, by Ctrl-C or by force, goes on where it was.
Exits with 1 if something was left, and says what.

Examples:
  $ waxseal reseal --dry-run
  $ waxseal reseal --target users.ssn --rate 200`

export const resealCommand = (): Command =>
  withRunOptions(new Command('reseal').description('moves what tables and queues hold to the key that seals now'))
    .addOption(
      new Option('--mode <mode>', 'seal anew, or wrap the data keys anew and leave the rest')
        .choices(['reseal', 'rewrap'])
        .default('reseal'),
    )
    .addHelpText('after', RESEAL_EXAMPLES)
    .action(async (_options: unknown, command: Command) =>
      (await import('../actions/reseal.js')).reseal(command.optsWithGlobals()),
    )

const MIGRATE_EXAMPLES = `
Seals what stands in clear in the tables and queues of the configuration, and what the readers of its \`legacy\` open
in tables. Make sure that every application reads sealed values before. --reverse takes it back in tables: everything
stands in clear then, which needs a trail in the configuration and has to be confirmed.

Examples:
  $ waxseal migrate --dry-run
  $ waxseal migrate --target users.ssn --rate 200
  $ waxseal migrate --reverse --target users.ssn --confirm users.ssn`

export const migrateCommand = (): Command =>
  withRunOptions(
    new Command('migrate').description('seals what tables and queues hold in clear, or tables in the format of another system'),
  )
    .option('--reverse', 'open it all and store it in clear')
    .option('--confirm <targets>', 'with --reverse: the targets again, with commas, where nobody can be asked')
    .option('--actor <id>', 'with --reverse: who does it, for the trail')
    .addHelpText('after', MIGRATE_EXAMPLES)
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<MigrateOptions>()
      if (options.reverse) return (await import('../actions/reverse.js')).reverse(options)
      return (await import('../actions/reseal.js')).migrate(options)
    })
