import { Command, Option } from 'commander'
import type { KeyOptions } from '../sealer.js'
import { type SourceOptions, withSourceOptions } from './scan.js'

export type DoctorOptions = SourceOptions & KeyOptions

const EXAMPLES = `
Checks the configuration, whether its keys answer and seal, its trail, the clock, and the state of FIPS. With a path,
a table or a queue it also looks whether plaintext is left there. Exits with 1 if something is wrong.

Examples:
  $ waxseal doctor
  $ waxseal doctor --database env:DATABASE_URL --table users --limit 1000`

export const doctorCommand = (): Command =>
  withSourceOptions(new Command('doctor').description('says whether all that sealing needs is there'))
    .addOption(new Option('-k, --keys <uri>', 'check these keys and no configuration').env('WAXSEAL_KEYS_URI'))
    .addHelpText('after', EXAMPLES)
    .action(async (path: string | undefined, _options: unknown, command: Command) =>
      (await import('../actions/doctor.js')).doctor(path, command.optsWithGlobals()),
    )
