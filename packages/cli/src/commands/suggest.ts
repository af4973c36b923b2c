import { Command } from 'commander'
import { type SourceOptions, withSourceOptions } from './scan.js'

export interface SuggestOptions extends SourceOptions {
  readonly scan?: string
}

const EXAMPLES = `
Scans as \`waxseal scan\` does, or takes what that has printed as JSON, and writes field policies for what was found:
groups for payment data, secrets and all other personal data, so that each can have keys and readers of its own.

Examples:
  $ waxseal suggest jobs.jsonl > policies.ts
  $ waxseal suggest --scan scan.json --json`

export const suggestCommand = (): Command =>
  withSourceOptions(new Command('suggest').description('writes field policies for what a scan found'))
    .option('--scan <file>', 'what `waxseal scan --json` printed')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string | undefined, _options: unknown, command: Command) =>
      (await import('../actions/suggest.js')).suggest(path, command.optsWithGlobals()),
    )
