import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

/** The versions that pii.md measured, and that are measured here. */
const VERSIONS: Readonly<Record<string, string>> = {
  '@arcjet/redact': '1.4.0',
  '@openai/guardrails': '0.2.1',
  '@presidio-dev/hai-guardrails': '1.12.0',
  '@redactpii/node': '1.0.17',
  '@secretlint/core': '12.0.0',
  '@secretlint/secretlint-rule-preset-recommend': '12.0.0',
  'libphonenumber-js': '1.13.16',
  openredaction: '1.1.5',
  'redact-pii': '3.4.0',
}

type Detect = (text: string) => unknown
/** What a package exports; nobody's types are worth two hundred megabytes of installing for a type check. */
// biome-ignore lint/suspicious/noExplicitAny: see above
type Exports = any
type Load = (name: string) => Promise<Exports>

/** Another package that finds personal data or secrets in text, called as its own documentation does. */
export interface Peer {
  /** Name and version. */
  readonly name: string
  /** Finds more than one kind of thing: the goals are judged against these. */
  readonly broad: boolean
  /** Too slow for a whole MiB of prose: gets the first part of it, which favours whoever is not linear. */
  readonly slow: boolean
  readonly detect: Detect
}

interface Recipe {
  readonly name: string
  readonly broad?: boolean
  readonly slow?: boolean
  make(load: Load): Promise<Detect>
}

const RECIPES: readonly Recipe[] = [
  {
    name: '@redactpii/node',
    async make(load) {
      const { Redactor } = await load('@redactpii/node')
      const redactor = new Redactor()
      return (text) => redactor.redact(text)
    },
  },
  {
    name: '@presidio-dev/hai-guardrails',
    broad: true,
    async make(load) {
      const { GuardrailsEngine, piiGuard, secretGuard, SelectionType } = await load('@presidio-dev/hai-guardrails')
      const selection = SelectionType.All
      const engine = new GuardrailsEngine({ guards: [piiGuard({ selection }), secretGuard({ selection })] })
      return (content) => engine.run([{ role: 'user', content }])
    },
  },
  {
    name: 'redact-pii',
    broad: true,
    async make(load) {
      const { SyncRedactor } = await load('redact-pii')
      const redactor = new SyncRedactor()
      return (text) => redactor.redact(text)
    },
  },
  {
    name: 'openredaction',
    broad: true,
    slow: true,
    async make(load) {
      const { OpenRedaction } = await load('openredaction')
      const redactor = new OpenRedaction()
      return (text) => redactor.detect(text)
    },
  },
  {
    name: '@openai/guardrails',
    broad: true,
    slow: true,
    async make(load) {
      const [{ pii, PIIConfig }, { secretKeysCheck, SecretKeysConfig }] = await Promise.all([
        load('@openai/guardrails/dist/checks/pii.js'),
        load('@openai/guardrails/dist/checks/secret-keys.js'),
      ])
      const [data, secrets] = [PIIConfig.parse({}), SecretKeysConfig.parse({})]
      return async (text) => [await pii({}, text, data), await secretKeysCheck({}, text, secrets)]
    },
  },
  {
    name: '@arcjet/redact',
    broad: true,
    async make(load) {
      const { redact } = await load('@arcjet/redact')
      return (text) => redact(text)
    },
  },
  {
    name: '@secretlint/secretlint-rule-preset-recommend',
    async make(load) {
      const { lintSource } = await load('@secretlint/core')
      const { creator: rule } = await load('@secretlint/secretlint-rule-preset-recommend')
      const config = { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule, options: {} }] }
      const source = { filePath: '/payload.txt', ext: '.txt', contentType: 'text' }
      return (content) => lintSource({ source: { ...source, content }, options: { config } })
    },
  },
  {
    name: 'libphonenumber-js',
    async make(load) {
      const { findPhoneNumbersInText } = await load('libphonenumber-js')
      return (text) => findPhoneNumbersInText(text, 'US')
    },
  },
]

const folder = fileURLToPath(new URL('../../node_modules/.cache/waxseal-pii-peers/', import.meta.url))

/** Installs the exact versions with npm, beside the workspace's lock file; does nothing when they are there. */
async function installPeers(): Promise<void> {
  const manifest = `${JSON.stringify({ private: true, dependencies: VERSIONS }, null, 2)}\n`
  const file = join(folder, 'package.json')
  const done = join(folder, 'installed')
  if (existsSync(done) && readFileSync(done, 'utf8') === manifest) return
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, manifest)
  console.error('Installing the packages to compare with (about 250 MB) ...')
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error']
  await promisify(execFile)('npm', ['install', ...quiet], { cwd: folder, maxBuffer: 16 * 1024 * 1024 })
  writeFileSync(done, manifest)
}

/** Every peer that can be had, and why the others cannot. */
export async function loadPeers(): Promise<{ peers: Peer[]; missing: string[] }> {
  try {
    await installPeers()
  } catch (error) {
    const why = (error as Error).message.split('\n')[0]
    return { peers: [], missing: [`the packages to compare with could not be installed: ${why}`] }
  }
  // One of them starts workers from a path of its authors' machine, which end in an uncaught error each.
  process.on('uncaughtException', (error) => {
    if (!error.message.includes('hai-guardrails')) throw error
  })
  const { resolve } = createRequire(join(folder, 'package.json'))
  // Imported from inside the folder: their entry for `import`, which need not be the one that `resolve` of CommonJS finds.
  const entry = join(folder, 'load.mjs')
  writeFileSync(entry, 'export default (name) => import(name)\n')
  const { default: importing } = (await import(pathToFileURL(entry).href)) as { default: Load }
  const load: Load = (name) =>
    importing(name.endsWith('.js') ? pathToFileURL(resolve(join(folder, 'node_modules', name))).href : name)

  const peers: Peer[] = []
  const missing: string[] = []
  for (const { name, broad = false, slow = false, make } of RECIPES) {
    try {
      const detect = await make(load)
      await detect('Write to maria@kestrel.io or call +1 415-555-0132.')
      peers.push({ name: `${name} ${VERSIONS[name]}`, broad, slow, detect })
    } catch (error) {
      missing.push(`${name}: ${(error as Error).message.split('\n')[0]}`)
    }
  }
  return { peers, missing }
}
