import { Command } from 'commander'
import { type PlaceOptions, withPlaceOptions } from './options.js'

export interface SealOptions extends PlaceOptions {
  readonly detect?: boolean
  readonly storeContext?: boolean
  readonly text?: boolean
}

const EXAMPLES = `
A file or what is piped in becomes one envelope in binary form, of any length; --text gives the string
form instead (up to 16 MiB). With --jsonl each line becomes one; with --field or --detect documents stay
documents, in which those fields are sealed.

Examples:
  $ waxseal seal report.pdf -c app=files -o report.pdf.wax
  $ printf %s "$CARD" | waxseal seal --text -c app=billing
  $ waxseal seal jobs.jsonl --jsonl -f /card -f "/items/*/note" -c app=billing -o sealed.jsonl
  $ waxseal seal users.jsonl --jsonl --detect -c app=crm -o sealed.jsonl`

export const sealCommand = (): Command =>
  withPlaceOptions(
    new Command('seal').description('seals a file, a text, or lines of JSON').argument('[file]', 'default: standard input'),
  )
    .option('--detect', 'the fields in which personal data or secrets are found')
    .option('--store-context', 'carry the context in clear, for display')
    .option('--text', 'the string form of the envelope')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string | undefined, _options: unknown, command: Command) =>
      (await import('../actions/seal.js')).seal(file, command.optsWithGlobals()),
    )
