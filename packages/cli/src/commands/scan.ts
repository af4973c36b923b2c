import { Command, Option } from 'commander'
import { type Format, formats } from '../sources/format.js'
import { wholeNumber } from './numbers.js'

export interface SourceOptions {
  readonly format?: Format
  readonly database?: string
  readonly table?: string
  readonly redis?: string
  readonly queue?: string
  readonly prefix?: string
  readonly limit?: number
}

export interface ScanOptions extends SourceOptions {
  readonly html?: string
  readonly force?: boolean
  readonly fail?: boolean
}

const EXAMPLES = `
Looks at files (jsonl, json, csv, txt, log), a directory of them, a table, or a queue of BullMQ, changes nothing,
and shows no value that is not masked. Fields that are sealed already are listed, and not looked into.

Examples:
  $ waxseal scan jobs.jsonl
  $ waxseal scan exports/ --html report.html
  $ waxseal scan --database env:DATABASE_URL --table public.users --json > scan.json
  $ waxseal scan --redis env:REDIS_URL --queue payments --fail`

export const withSourceOptions = (command: Command): Command =>
  command
    .argument('[path]', 'a file or a directory; default: standard input')
    .addOption(new Option('--format <name>', 'what a file is, where its name does not say so').choices(formats))
    .option('--database <reference>', 'a database: env:NAME or file:/path of its URL, or sqlite:path')
    .option('--table <name>', 'its table')
    .option('--redis <reference>', 'env:NAME or file:/path of the URL of a Redis')
    .option('--queue <name>', 'its queue, of BullMQ')
    .option('--prefix <prefix>', 'what the keys of that queue begin with; default bull')
    .option('--limit <records>', 'no more than so many', wholeNumber)

export const scanCommand = (): Command =>
  withSourceOptions(new Command('scan').description('looks for personal data and secrets that stand in clear'))
    .option('--html <file>', 'a report for people, in one file')
    .option('--force', 'replace that file')
    .option('--fail', 'exit with 1 if anything is found')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string | undefined, _options: unknown, command: Command) =>
      (await import('../actions/scan.js')).scan(path, command.optsWithGlobals()),
    )
