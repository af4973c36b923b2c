import { type Command, Option } from 'commander'
import type { KeyOptions } from '../sealer.js'

/** What `seal` and `open` have in common. */
export interface PlaceOptions extends KeyOptions {
  readonly context?: readonly string[]
  readonly scope?: string
  readonly jsonl?: boolean
  readonly field?: readonly string[]
  readonly output?: string
  readonly force?: boolean
  readonly rejects?: string
}

/** A value of an option that may be given several times. */
export const collected = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

export const withPlaceOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '-k, --keys <uri>',
        'where the keys are: env://NAME, file:///path, aws://…; without it the configuration, or env://WAXSEAL_KEYS',
      ).env('WAXSEAL_KEYS_URI'),
    )
    .option('-c, --context <name=value>', 'where it belongs, once for each pair: the same opens it again; or none', collected)
    .option('--scope <id>', 'whose key: a tenant, a subject')
    .option('--jsonl', 'a document or value a line')
    .option('-f, --field <pointer>', 'a field of each document, as /card or "/items/*/note"; once for each', collected)
    .option('-o, --output <file>', 'where the result goes, complete or not at all; without it standard output')
    .option('--force', 'replace the files of --output and --rejects')
    .option('--rejects <file>', 'with --jsonl: put lines that fail there, as they are, and go on')
