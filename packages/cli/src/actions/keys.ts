import { openResources, type Resources, type WaxsealConfig } from '@waxseal/config'
import type { KeyDetails, KeyInfo, Keystore, VersionInfo } from '@waxseal/keystore-sql'
import { actorOf } from '../actor.js'
import { confirmed } from '../ask.js'
import type { CreateOptions, DestroyOptions, KeysOptions, RotateOptions, ShredOptions, VersionOptions } from '../commands/keys.js'
import { EXIT, usage } from '../failure.js'
import { configuredKeys } from '../keys/configured.js'
import { refusal } from '../keys/refusal.js'
import { type Operation, serviceOf } from '../keys/service.js'
import { printable } from '../printable.js'
import { configFor } from '../sealer.js'
import { tableOf } from '../table.js'
import { createTerminal, type Terminal, type TerminalOptions } from '../terminal.js'

const DAY_MS = 86_400_000
const PAGE = 1000

async function withResources<T>(
  options: KeysOptions,
  work: (resources: Resources, config: WaxsealConfig) => Promise<T>,
  create = false,
): Promise<T> {
  const config = await configFor(options)
  const resources = openResources(config, { env: process.env, create })
  try {
    return await work(resources, config)
  } finally {
    await resources.close()
  }
}

const hasStore = ({ keys }: WaxsealConfig): boolean =>
  [keys].flat().some((entry) => typeof entry === 'object' && 'store' in entry)

/** Does something with the key store of the configuration, or says how it is done where the keys are. */
const withStore = <T>(operation: Operation, options: KeysOptions, work: (keystore: Keystore) => Promise<T>): Promise<T> =>
  withResources(options, async (resources, config) => {
    if (!hasStore(config)) throw refusal(operation, serviceOf([config.keys].flat()[0]))
    const { keystore } = await resources.keys()
    try {
      return await work(keystore!)
    } finally {
      await keystore!.close()
    }
  })

const day = (date: Date | null): string => date?.toISOString().slice(0, 10) ?? ''

async function* allKeys(keystore: Keystore) {
  for (let after = ''; ; ) {
    const page = await keystore.list({ after, limit: PAGE })
    yield* page
    if (page.length < PAGE) return
    after = page.at(-1)!.kid
  }
}

export const list = (_name: undefined, options: KeysOptions & TerminalOptions): Promise<void> =>
  withResources(options, async (resources, config) => {
    const terminal = createTerminal(options)
    if (!hasStore(config)) return listConfigured(config, terminal)
    const { keystore } = await resources.keys()
    const found: KeyInfo[] = []
    for await (const key of allKeys(keystore!)) found.push(key)
    await keystore!.close()
    const rows = found.map(({ name, kid, scoped, purpose, newestVersion, createdAt, nextRotationAt, held }) => [
      name,
      kid,
      scoped ? 'yes' : '',
      purpose,
      newestVersion,
      day(createdAt),
      day(nextRotationAt),
      held ? 'yes' : '',
    ])
    const head = ['name', 'kid', 'scoped', 'purpose', 'version', 'created', 'next rotation', 'held']
    terminal.tell(found, () =>
      rows.length === 0 ? 'no keys: `waxseal keys create NAME` makes one' : tableOf(head, rows, terminal),
    )
  })

/** Keys that no store keeps. */
async function listConfigured(config: WaxsealConfig, terminal: Terminal): Promise<void> {
  const keys = await configuredKeys(config)
  const rows = keys.map(({ kid, version, use, where, state }) => [kid ?? '', version ?? '', use, where, state])
  terminal.tell(keys, () => tableOf(['kid', 'version', 'use', 'where', 'state'], rows, terminal))
  for (const { where, problem } of keys) if (problem !== null) terminal.warn(`${where}: ${problem}`)
  if (keys.some(({ problem }) => problem !== null)) process.exitCode = EXIT.failed
}

const VERSION_HEAD = ['version', 'state', 'since', 'retired', 'destroyed', 'uses', 'last used']
const versionRow = ({ version, state, activatedAt, retiredAt, destroyAfter, destroyedAt, uses, lastUsedAt }: VersionInfo) => [
  version,
  state,
  day(activatedAt),
  day(retiredAt),
  destroyedAt ? day(destroyedAt) : destroyAfter ? `due ${day(destroyAfter)}` : '',
  uses,
  day(lastUsedAt),
]

function showKey(key: KeyDetails, terminal: Terminal): void {
  const { name, kid, purpose, createdAt, createdBy, nextRotationAt, held } = key
  const facts = [`${name} (${kid}), for ${purpose}ing`, `made ${day(createdAt)} by ${createdBy}`]
  if (nextRotationAt) facts.push(`next rotation ${day(nextRotationAt)}`)
  if (held) facts.push('under legal hold')
  terminal.tell(key, () => `${printable(facts.join(', '))}\n${tableOf(VERSION_HEAD, key.versions.map(versionRow), terminal)}`)
}

export const show = (name: string, options: KeysOptions & TerminalOptions): Promise<void> =>
  withStore('show', options, async (keystore) =>
    showKey(await keystore.get(name, { scope: options.scope }), createTerminal(options)),
  )

export const create = (name: string, options: CreateOptions & TerminalOptions): Promise<void> =>
  withStore('create', options, async (keystore) => {
    const { scope, purpose, rotateDays } = options
    const rotateEvery = rotateDays === undefined ? {} : { rotateEvery: { days: rotateDays } }
    showKey(await keystore.generate(name, { actor: actorOf(options), scope, purpose, ...rotateEvery }), createTerminal(options))
  })

export const rotate = (name: string | undefined, options: RotateOptions & TerminalOptions): Promise<void> =>
  withStore('rotate', options, async (keystore) => {
    const { tell } = createTerminal(options)
    if ((name === undefined) === !options.due) throw usage('give the name of a key, or --due')
    const actor = actorOf(options)
    if (name !== undefined) {
      const rotated = await keystore.rotate(name, { actor, scope: options.scope })
      return tell(rotated, () => `${name} seals with version ${rotated.version} now`)
    }
    const report = await keystore.rotateDue({ actor })
    tell(report, () => `${report.rotated.length} rotated, ${report.failed.length} not`)
    if (report.failed.length > 0) process.exitCode = EXIT.failed
  })

type StateChange = 'suspend' | 'resume' | 'retire' | 'cancelDestroy'

const change =
  (operation: StateChange) =>
  (name: string, options: VersionOptions & TerminalOptions): Promise<void> =>
    withStore(operation, options, async (keystore) => {
      const { scope, keyVersion: version } = options
      showVersion(name, await keystore[operation](name, { actor: actorOf(options), scope, version }), createTerminal(options))
    })

function showVersion(name: string, info: VersionInfo, { tell }: Terminal): void {
  const until = info.destroyAfter ? `, destroyed after ${info.destroyAfter.toISOString()}` : ''
  tell(info, () => `${name} version ${info.version} is ${info.state}${until}`)
}

export const suspend = change('suspend')
export const resume = change('resume')
export const retire = change('retire')
export const cancelDestroy = change('cancelDestroy')

export const destroy = (name: string, options: DestroyOptions & TerminalOptions): Promise<void> =>
  withStore('destroy', options, async (keystore) => {
    const { scope, keyVersion: version, afterDays } = options
    const afterMs = afterDays === undefined ? undefined : afterDays * DAY_MS
    showVersion(name, await keystore.destroy(name, { actor: actorOf(options), scope, version, afterMs }), createTerminal(options))
  })

export const shred = (scope: string, options: ShredOptions & TerminalOptions): Promise<void> =>
  withStore('shred', options, async (keystore) => {
    const { keys } = await keystore.scopeStatus(scope)
    await confirmed(`This destroys ${keys.length} key${keys.length === 1 ? '' : 's'} for good`, scope, options.confirm)
    const shredded = await keystore.shred(scope, { actor: actorOf(options), reason: options.reason })
    const gone = () =>
      `keys gone: ${shredded.keys}, versions: ${shredded.versions}; no process uses a copy after ${shredded.cachesGoneAt.toISOString()}`
    createTerminal(options).tell(shredded, gone)
  })

/** `dueSoon` as `due soon`. */
const inWords = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

export const stats = (_name: undefined, options: KeysOptions & TerminalOptions): Promise<void> =>
  withStore('stats', options, async (keystore) => {
    const { tell, paint } = createTerminal(options)
    const statistics = await keystore.statistics()
    const { versions, averageAgeMs, ...figures } = statistics
    const rows: (readonly [string, number])[] = [
      ...Object.entries(figures).map(([name, count]) => [inWords(name), count] as const),
      ...Object.entries(versions).map(([state, count]) => [`versions ${state}`, count] as const),
      ...(averageAgeMs === null ? [] : [['average age in days', Math.round(averageAgeMs / DAY_MS)] as const]),
    ]
    tell(statistics, () =>
      rows.map(([name, count]) => `${paint('bold', name.padEnd(28))}${count.toLocaleString('en')}`).join('\n'),
    )
  })

/** The trail of the key store; of other keys, what the configuration has recorded of their use. */
export const verifyAudit = (_name: undefined, options: KeysOptions & TerminalOptions): Promise<void> =>
  withResources(options, async (resources, config) => {
    const verdict = await (hasStore(config) || !config.audit || config.audit.to === 'stdout'
      ? withStore('verifyAudit', options, (keystore) => keystore.verifyAudit())
      : verified(await resources.trail()))
    createTerminal(options).tell(verdict, () =>
      verdict.ok
        ? `the trail is in order: ${verdict.records} records`
        : `record ${verdict.flaw.seq} of the trail is wrong: ${inWords(verdict.flaw.reason.replace('_', ' '))}`,
    )
    if (!verdict.ok) process.exitCode = EXIT.failed
  })

const verified = (trail: Awaited<ReturnType<Resources['trail']>>) => trail.verify().finally(() => trail.close())

export const migrate = (_name: undefined, options: KeysOptions & TerminalOptions): Promise<void> =>
  withResources(
    options,
    async (resources) => {
      await resources.migrateKeystore()
      createTerminal(options).note('the tables of the key store are there')
    },
    true,
  )
