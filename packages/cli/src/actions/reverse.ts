import { loadConfig, openResources, type Resources } from '@waxseal/config'
import { createSealer } from '@waxseal/core'
import type { ResealReport, ResealTarget } from '@waxseal/reseal'
import { actorOf } from '../actor.js'
import { confirmed } from '../ask.js'
import type { MigrateOptions } from '../commands/reseal.js'
import { usage } from '../failure.js'
import { showReport } from '../moving/report.js'
import { prepareRun } from '../moving/run.js'
import { optional } from '../optional.js'
import { placeName, placesFor } from '../places.js'
import { reversed } from '../tables/reverse.js'
import { createTerminal, type TerminalOptions } from '../terminal.js'

/** Records of each target that it is about to be stored in clear, does it, and records how far it came. */
async function recorded(
  trail: Awaited<ReturnType<Resources['trail']>>,
  { actor, targets }: { readonly actor: string; readonly targets: readonly string[] },
  run: () => Promise<ResealReport>,
): Promise<ResealReport> {
  for (const subject of targets) await trail.append({ actor, operation: 'data.unseal-begin', subject })
  const report = await run()
  for (const subject of targets) {
    const moved = report.targets.find(({ target }) => target === subject)?.moved
    const isDone = moved !== undefined && report.stopped?.target !== subject
    const outcome = isDone ? 'ok' : (report.stopped?.code ?? 'ok')
    await trail.append({ actor, operation: 'data.unseal-end', subject, outcome, details: { rows: moved ?? 0 } })
  }
  return report
}

/** Stores in clear what was sealed: confirmed, and recorded before it begins and when it ends. */
export async function reverse(options: MigrateOptions & TerminalOptions): Promise<void> {
  const { dryRun = false } = options
  const terminal = createTerminal(options)
  const { config } = await loadConfig(options.config)
  if (!config.audit) throw usage('--reverse is recorded, and the configuration has no audit trail')
  const { tables, queues } = placesFor(config, options.target)
  if (tables.length === 0 || (options.target && queues.length > 0))
    throw usage('--reverse is for tables: jobs leave a queue by themselves')
  const names = tables.map(placeName)
  const subject = names.join(',')
  const actor = actorOf(options)
  if (!dryRun) await confirmed(`This stores ${subject} in clear`, subject, options.confirm)

  const resources = openResources(config, { env: process.env, create: !dryRun })
  const closers: (() => Promise<void>)[] = [resources.close]
  try {
    const { keys } = await resources.keys()
    const sealer = createSealer({ keys })
    closers.push(() => sealer.close())
    const { openTargets } = await optional('kysely', () => import('../tables/targets.js'))
    const opened = await openTargets(tables)
    closers.push(opened.close)
    const targets = opened.targets.map((target) => reversed(target, sealer)) as unknown as ResealTarget[]
    const run = await prepareRun('reverse', { sealer, keys, places: tables, targets }, options, terminal)
    if (dryRun) return showReport(await run(), 'opened', terminal)
    const trail = await resources.trail()
    closers.push(() => trail.close())
    showReport(await recorded(trail, { actor, targets: names }, run), 'opened', terminal)
  } finally {
    for (const close of closers.reverse()) await close()
  }
}
