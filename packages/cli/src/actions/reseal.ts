import { loadConfig, openResources, type WaxsealConfig } from '@waxseal/config'
import { createSealer, type Keys, type Sealer } from '@waxseal/core'
import type { ResealTarget } from '@waxseal/reseal'
import type { MigrateOptions, ResealOptions } from '../commands/reseal.js'
import { showReport } from '../moving/report.js'
import { prepareRun, type RunOptions } from '../moving/run.js'
import { optional } from '../optional.js'
import { type Places, placesFor } from '../places.js'
import { openQueue } from '../queues/targets.js'
import { createTerminal, type TerminalOptions } from '../terminal.js'

interface Opened {
  readonly sealer: Sealer
  readonly keys: Keys
}

async function withSealer(config: WaxsealConfig, create: boolean, work: (opened: Opened) => Promise<void>): Promise<void> {
  const resources = openResources(config, { env: process.env, create })
  try {
    const { keys } = await resources.keys()
    const sealer = createSealer({ keys, legacy: config.legacy })
    await work({ sealer, keys }).finally(() => sealer.close())
  } finally {
    await resources.close()
  }
}

/** Opens places as targets, and closes them behind the work. */
async function withTargets(
  { tables, queues }: Places,
  { sealer, inClear }: { readonly sealer: Sealer; readonly inClear: boolean },
  work: (targets: readonly ResealTarget[]) => Promise<void>,
): Promise<void> {
  const closers: (() => Promise<void>)[] = []
  try {
    const targets: ResealTarget[] = []
    if (tables.length > 0) {
      const { openTargets } = await optional('kysely', () => import('../tables/targets.js'))
      const opened = await openTargets(tables, inClear ? sealer : undefined)
      closers.push(opened.close)
      targets.push(...(opened.targets as unknown as ResealTarget[]))
    }
    for (const queue of queues) {
      const { target, close } = await openQueue(queue, { sealer, inClear })
      closers.push(close)
      targets.push(target)
    }
    await work(targets)
  } finally {
    for (const close of closers) await close()
  }
}

async function move(
  kind: 'reseal' | 'rewrap' | 'migrate',
  options: RunOptions & Pick<ResealOptions, 'config' | 'target'> & TerminalOptions,
): Promise<void> {
  const terminal = createTerminal(options)
  const { config } = await loadConfig(options.config)
  const { tables, queues } = placesFor(config, options.target)
  await withSealer(config, !options.dryRun, ({ sealer, keys }) =>
    withTargets({ tables, queues }, { sealer, inClear: kind === 'migrate' }, async (targets) => {
      const run = await prepareRun(kind, { sealer, keys, places: [...tables, ...queues], targets }, options, terminal)
      showReport(await run(), kind === 'rewrap' ? 'wrapped' : 'sealed', terminal)
    }),
  )
}

export const reseal = (options: ResealOptions & TerminalOptions): Promise<void> => move(options.mode, options)

export const migrate = (options: MigrateOptions & TerminalOptions): Promise<void> => move('migrate', options)
