import { Command, Option } from 'commander'
import { type PlaceOptions, withPlaceOptions } from './options.js'

export interface OpenOptions extends PlaceOptions {
  readonly stored?: boolean
  readonly codecEndpoint?: string
  readonly codecAuth?: string
  readonly reason?: string
}

const EXAMPLES = `
Opens what seal made: a binary envelope, the string form, a document, or with --jsonl any of the latter
two a line. A codec server opens instead with --codec-endpoint, by its rules and without keys here.

Examples:
  $ waxseal open report.pdf.wax -c app=files -o report.pdf
  $ waxseal open sealed.jsonl --jsonl -c app=billing
  $ waxseal open job.json --stored                      # the context that the envelopes carry
  $ waxseal open history.json --codec-endpoint https://codec.example.com --codec-auth env:CODEC_TOKEN`

export const openCommand = (): Command =>
  withPlaceOptions(new Command('open').description('opens what is sealed').argument('[file]', 'default: standard input'))
    .option('--stored', 'use the context that the envelope carries; what --context names it must have')
    .addOption(new Option('--codec-endpoint <url>', 'the codec server that opens').env('WAXSEAL_CODEC_ENDPOINT'))
    .addOption(new Option('--codec-auth <reference>', 'its token, as env:NAME or file:/path').env('WAXSEAL_CODEC_AUTH_REFERENCE'))
    .option('--reason <text>', 'why, for the trail of the codec server')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string | undefined, _options: unknown, command: Command) =>
      (await import('../actions/open.js')).open(file, command.optsWithGlobals()),
    )
