import { basename } from 'node:path'
import { cancel, confirm, intro, isCancel, note, outro, select } from '@clack/prompts'
import { type Config, findConfig, parseConfig } from '@waxseal/config'
import { FILE_FORMATS, type FileFormat, type InitOptions, KEY_KINDS, type KeyKind } from '../commands/init.js'
import { EXIT, Failure, usage } from '../failure.js'
import { writeFileWhole } from '../io/whole-file.js'
import { createTerminal, type TerminalOptions } from '../terminal.js'

interface KeyChoice {
  readonly label: string
  readonly keys: Config['keys']
  /** What to do before it works. */
  readonly next: string
}

const KEYS: Readonly<Record<KeyKind, KeyChoice>> = {
  env: { label: 'an environment variable', keys: 'env://WAXSEAL_KEYS', next: 'export WAXSEAL_KEYS=$(waxseal keygen)' },
  file: { label: 'a file', keys: 'file:///etc/waxseal/keys.txt', next: 'waxseal keygen -o /etc/waxseal/keys.txt' },
  aws: {
    label: 'AWS KMS',
    keys: 'aws://alias/waxseal?region=eu-central-1',
    next: 'npm install @waxseal/keys-aws-kms, and put key and region into the file',
  },
  gcp: {
    label: 'Google Cloud KMS',
    keys: 'gcp://projects/PROJECT/locations/LOCATION/keyRings/RING/cryptoKeys/KEY',
    next: 'npm install @waxseal/keys-gcp-kms, and put the name of the key into the file',
  },
  azure: {
    label: 'Azure Key Vault',
    keys: 'azure://VAULT.vault.azure.net/keys/KEY?signing-key=SIGNING',
    next: 'npm install @waxseal/keys-azure-kv, and put vault and key into the file',
  },
  'vault-transit': {
    label: "Vault's transit engine",
    keys: 'vault-transit://transit/waxseal',
    next: 'npm install @waxseal/keys-vault, and set VAULT_ADDR and VAULT_TOKEN',
  },
  store: {
    label: 'a key store in your database',
    keys: {
      store: {
        database: 'env:DATABASE_URL',
        root: 'env://WAXSEAL_ROOT_KEYS',
        audit: { id: 'a1', secret: 'env:WAXSEAL_AUDIT_KEY' },
      },
    },
    next: 'npm install @waxseal/keystore-sql kysely pg, then waxseal keys migrate and waxseal keys create default',
  },
}

const CODEC_SERVER = {
  audit: { to: 'file', path: 'audit.jsonl', key: { id: 'a1', secret: 'env:WAXSEAL_AUDIT_KEY' } },
  codecServer: {
    auth: 'none-on-loopback',
    policy: [{ who: ['*'], give: 'masked' }],
  },
} satisfies Partial<Config>

/** What was told, and asks a person for the rest. */
async function answered<T extends string>(
  told: T | undefined,
  option: string,
  message: string,
  choices: readonly { readonly value: T; readonly label: string }[],
): Promise<T> {
  if (told !== undefined) return told
  if (!process.stdin.isTTY) throw usage(`${option} is missing, and nobody can be asked`, 'See waxseal init --help.')
  const answer = await select({ message, options: choices.map(({ value, label }) => ({ value: value as string, label })) })
  return accepted(answer) as T
}

function accepted<T>(answer: T): Exclude<T, symbol> {
  if (!isCancel(answer)) return answer as Exclude<T, symbol>
  cancel('nothing was written')
  throw new Failure('stopped', { exitCode: EXIT.interrupted })
}

async function wantsCodecServer({ codecServer }: InitOptions): Promise<boolean> {
  if (codecServer !== undefined || !process.stdin.isTTY) return codecServer ?? false
  return accepted(await confirm({ message: 'With a codec server, which shows dashboards what is sealed?', initialValue: false }))
}

const FORMAT_LABELS: Readonly<Record<FileFormat, string>> = { ts: 'TypeScript', mjs: 'JavaScript', json: 'JSON' }

/** A value as source code. */
function literalOf(value: unknown, indent = ''): string {
  if (typeof value === 'string') return `'${value.replace(/['\\]/g, '\\$&')}'`
  if (typeof value !== 'object' || value === null) return String(value)
  const deeper = `${indent}  `
  const isList = Array.isArray(value)
  const members = Object.entries(value).map(
    ([name, member]) => `${deeper}${isList ? '' : `${name}: `}${literalOf(member, deeper)},\n`,
  )
  const [open, close] = isList ? '[]' : '{}'
  return `${open}\n${members.join('')}${indent}${close}`
}

function sourceOf(config: Config, format: FileFormat): string {
  const schema = './node_modules/@waxseal/config/dist/schema.json'
  if (format === 'json') return `${JSON.stringify({ $schema: schema, ...config }, null, 2)}\n`
  return `import { defineConfig } from '@waxseal/config'\n\nexport default defineConfig(${literalOf(config)})\n`
}

export async function init(options: InitOptions & TerminalOptions): Promise<void> {
  const terminal = createTerminal(options)
  if (process.stdin.isTTY) intro('waxseal')
  const kind = await answered(
    options.keys,
    '--keys',
    'Where are the keys?',
    KEY_KINDS.map((value) => ({ value, label: KEYS[value].label })),
  )
  const format = await answered(
    options.as,
    '--as',
    'As what?',
    FILE_FORMATS.map((value) => ({ value, label: FORMAT_LABELS[value] })),
  )
  const config: Config = { keys: KEYS[kind].keys, ...((await wantsCodecServer(options)) && CODEC_SERVER) }
  parseConfig(config)
  const file = `waxseal.config.${format}`
  const there = findConfig()
  if (there !== undefined && basename(there) !== file)
    throw usage(
      `${basename(there)} is here already, and two files would be one too many`,
      `Give --as for that one, or take it away.`,
    )
  await writeFileWhole(file, sourceOf(config, format), { mode: 0o644, replace: options.force ?? false })
  if (process.stdin.isTTY) {
    note(KEYS[kind].next, 'Next')
    outro(`${file} is written; waxseal doctor says whether all is there`)
  } else terminal.note(`${file} is written. Next: ${KEYS[kind].next}`)
}
