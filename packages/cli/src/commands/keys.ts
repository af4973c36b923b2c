import { Command, Option } from 'commander'
import type { KeyOptions } from '../sealer.js'
import { wholeNumber } from './numbers.js'

export interface KeysOptions extends KeyOptions {
  readonly scope?: string
  readonly actor?: string
}
export interface CreateOptions extends KeysOptions {
  readonly purpose?: 'seal' | 'index'
  readonly rotateDays?: number
}
export interface RotateOptions extends KeysOptions {
  readonly due?: boolean
}
export interface VersionOptions extends KeysOptions {
  readonly keyVersion?: number
}
export interface DestroyOptions extends KeysOptions {
  readonly keyVersion: number
  readonly afterDays?: number
}
export interface ShredOptions extends KeysOptions {
  readonly reason?: string
  readonly confirm?: string
}

const EXAMPLES = `
For the key store that the configuration names. Of other keys, \`list\` tells where they are and whether they can be
reached, \`verify-audit\` reads the configuration's own trail, and all else says how their key service does it. What
changes a key is recorded under --actor, by default the name of this machine's user.

Examples:
  $ waxseal keys create orders
  $ waxseal keys list
  $ waxseal keys rotate orders
  $ waxseal keys destroy orders --key-version 1 --after-days 30
  $ waxseal keys shred tenant:acme --reason gdpr-4711
  $ waxseal keys verify-audit`

type Action = (name: string | undefined, options: never) => Promise<void>

export function keysCommand(): Command {
  const keys = new Command('keys')
    .description('looks after the keys of a key store')
    .addOption(new Option('-k, --keys <uri>', 'keys that no store keeps, as env://NAME').env('WAXSEAL_KEYS_URI'))
    .addHelpText('after', EXAMPLES)

  /** A command beneath `keys`, whose work is loaded when it runs. */
  const add = (words: string, description: string, action: string): Command =>
    keys
      .command(words)
      .description(description)
      .action(async (...given: unknown[]) => {
        const command = given.at(-1) as Command
        const actions = (await import('../actions/keys.js')) as Readonly<Record<string, Action>>
        const name = typeof given[0] === 'string' ? given[0] : undefined
        await actions[action]!(name, command.optsWithGlobals() as never)
      })
  const change = (words: string, description: string, action: string): Command =>
    add(words, description, action).option('--scope <id>', 'whose key').option('--actor <id>', 'who does it, for the trail')

  add('list', 'all keys', 'list')
  add('show <name>', 'a key and its versions', 'show').option('--scope <id>', 'whose key')
  add('stats', 'figures of the whole store', 'stats')
  add('verify-audit', 'reads the whole trail and names the first record that is broken', 'verifyAudit')
  add('migrate', 'makes the tables of a key store, or brings them up to date', 'migrate')
  change('create <name>', 'makes a key', 'create')
    .option('--purpose <purpose>', 'seal, or index for blind indexes')
    .option('--rotate-days <days>', 'how long a version seals; default 90', wholeNumber)
  change('rotate [name]', 'makes the next version, which seals from then on', 'rotate').option('--due', 'all that are due')
  for (const [name, description] of [
    ['suspend', 'neither seals nor opens until it is resumed'],
    ['resume', 'takes a suspension back'],
    ['retire', 'seals no more and goes on opening'],
    ['cancel-destroy', 'takes a scheduled destruction back'],
  ] as const)
    change(`${name} <name>`, description, name.replace('-d', 'D')).option(
      '--key-version <number>',
      'default: the one in question',
      wholeNumber,
    )
  change('destroy <name>', 'schedules the end of a version: what it sealed opens no more', 'destroy')
    .requiredOption('--key-version <number>', 'which one', wholeNumber)
    .option('--after-days <days>', 'how long it can be taken back; default 7', wholeNumber)
  keys
    .command('shred <scope>')
    .description('destroys every key of a scope, at once and for good')
    .option('--reason <code>', 'why, for the trail: a code, no personal data')
    .option('--confirm <scope>', 'the scope again, where nobody can be asked')
    .option('--actor <id>', 'who does it, for the trail')
    .action(async (scope: string, _options: unknown, command: Command) =>
      (await import('../actions/keys.js')).shred(scope, command.optsWithGlobals()),
    )
  return keys
}
