import { Command } from 'commander'

const EXAMPLES = `
Takes a binary or a string envelope, a JSON document, or lines of either, and shows every envelope in it.
Nothing that it shows is proven before the envelope is opened.

Examples:
  $ waxseal inspect report.pdf.wax
  $ waxseal inspect job.json
  $ psql -Atc 'select data from jobs limit 10' | waxseal inspect --json`

export const inspectCommand = (): Command =>
  new Command('inspect')
    .description('shows key, suite, size and context of envelopes, and what is wrong with them; needs no key')
    .argument('[file]', 'default: standard input')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string | undefined, _options: unknown, command: Command) =>
      (await import('../actions/inspect.js')).inspect(file, command.optsWithGlobals()),
    )
