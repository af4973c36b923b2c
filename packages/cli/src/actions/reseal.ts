import { userInfo } from 'node:os'
import { join } from 'node:path'
import { loadConfig, openResources, type WaxsealConfig } from '@waxseal/config'
import { createSealer, type Sealer } from '@waxseal/core'
import { createReseal, fileCheckpoints, type ResealReport, type ResealTarget } from '@waxseal/reseal'
import { confirmed } from '../ask.js'
import type { MigrateOptions, ResealOptions } from '../commands/reseal.js'
import { EXIT, usage } from '../failure.js'
import { createRowProgress } from '../io/row-progress.js'
import { type Places, placesFor } from '../places.js'
import { openQueue } from '../queues/targets.js'
import { tableOf } from '../table.js'
import { reversed } from '../tables/reverse.js'
import { nameOf, openTargets } from '../tables/targets.js'
import { createTerminal, type Terminal, type TerminalOptions } from '../terminal.js'

const DAY_MS = 86_400_000

type RunOptions = Omit<ResealOptions, 'mode'> & TerminalOptions

/** What a run is about, which is the place of its checkpoints as well. */
type Kind = 'reseal' | 'rewrap' | 'migrate' | 'reverse'

async function withSealer<T>(
  config: WaxsealConfig,
  work: (sealer: Sealer, resources: ReturnType<typeof openResources>) => Promise<T>,
): Promise<T> {
  const resources = openResources(config, { env: process.env })
  try {
    const { keys } = await resources.keys()
    const sealer = createSealer({ keys, ...(config.legacy && { legacy: config.legacy }) })
    return await work(sealer, resources).finally(() => sealer.close())
  } finally {
    await resources.close()
  }
}

/** Ends a run in order where somebody asks for it: what is done is done, and the next run goes on there. */
function stopOnSignals(): AbortSignal {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
  return stopping.signal
}

async function run(
  kind: Kind,
  sealer: Sealer,
  targets: readonly ResealTarget[],
  options: RunOptions,
  terminal: Terminal,
): Promise<ResealReport> {
  const { rate, pageSize, dryRun, checkpoints } = options
  const progress = createRowProgress(terminal)
  const engine = createReseal({
    sealer,
    targets,
    mode: kind === 'rewrap' ? 'rewrap' : 'reseal',
    ...(!dryRun && { checkpoints: fileCheckpoints(join(checkpoints, kind)) }),
    ...(rate !== undefined && { ratePerSecond: rate }),
    ...(pageSize !== undefined && { pageSize }),
    onProgress: progress.show,
  })
  try {
    return await engine.run({ dryRun: dryRun ?? false, signal: stopOnSignals() })
  } finally {
    progress.stop()
  }
}

function show(report: ResealReport, verb: string, terminal: Terminal): void {
  const { complete, stopped, dryRun, targets } = report
  const rows = targets.map(({ target, seen, moved, current, skipped }) => [
    target,
    seen,
    moved,
    current,
    skipped.map(({ reason, count }) => `${reason}: ${count}`).join(', ') || '',
  ])
  terminal.tell(report, () => tableOf(['target', 'rows', dryRun ? `would be ${verb}` : verb, 'in order', 'left'], rows, terminal))
  for (const { target, skipped } of targets)
    for (const { reason, ids } of skipped) terminal.note(`${target}: ${reason}: ${ids.join(', ')}`)
  if (stopped) terminal.warn(`stopped at ${stopped.target} (${stopped.code}); the same command goes on there`)
  if (stopped?.code === 'aborted') process.exitCode = EXIT.interrupted
  else if (!complete || targets.some(({ skipped }) => skipped.length > 0)) process.exitCode = EXIT.failed
}

/** Opens places as targets, and closes them behind the work. */
async function withTargets<T>(
  { tables, queues }: Places,
  { sealer, inClear }: { readonly sealer: Sealer; readonly inClear: boolean },
  work: (targets: readonly ResealTarget[]) => Promise<T>,
): Promise<T> {
  const closers: (() => Promise<void>)[] = []
  try {
    const opened = await openTargets(
      tables,
      inClear ? { sealer, plaintext: { allowUntil: new Date(Date.now() + DAY_MS) } } : undefined,
    )
    closers.push(opened.close)
    const targets = [...opened.targets] as unknown as ResealTarget[]
    for (const queue of queues) {
      const { target, close } = await openQueue(queue, { sealer, inClear })
      closers.push(close)
      targets.push(target)
    }
    return await work(targets)
  } finally {
    for (const close of closers) await close()
  }
}

export async function reseal(options: ResealOptions & TerminalOptions): Promise<void> {
  const terminal = createTerminal(options)
  const { config } = await loadConfig(options.config)
  const places = placesFor(config, options.target)
  const { mode } = options
  await withSealer(config, (sealer) =>
    withTargets(places, { sealer, inClear: false }, async (targets) =>
      show(await run(mode, sealer, targets, options, terminal), mode === 'rewrap' ? 'wrapped' : 'sealed', terminal),
    ),
  )
}

export async function migrate(options: MigrateOptions & TerminalOptions): Promise<void> {
  if (options.reverse) return unseal(options)
  const terminal = createTerminal(options)
  const { config } = await loadConfig(options.config)
  const places = placesFor(config, options.target)
  await withSealer(config, (sealer) =>
    withTargets(places, { sealer, inClear: true }, async (targets) =>
      show(await run('migrate', sealer, targets, options, terminal), 'sealed', terminal),
    ),
  )
}

/** Stores in clear what was sealed: confirmed, and recorded before it begins and when it ends. */
async function unseal(options: MigrateOptions & TerminalOptions): Promise<void> {
  const terminal = createTerminal(options)
  const { config } = await loadConfig(options.config)
  if (!config.audit) throw usage('--reverse is recorded, and the configuration has no audit trail')
  const { tables, queues } = placesFor(config, options.target)
  if (tables.length === 0 || (options.target && queues.length > 0))
    throw usage('--reverse is for tables: jobs leave a queue by themselves')
  const subject = tables.map(nameOf).join(',')
  if (!options.dryRun) await confirmed(`This stores ${subject} in clear`, subject, options.confirm)
  await withSealer(config, async (sealer, resources) => {
    const trail = await resources.trail()
    const record = (operation: string, details: Record<string, number>, outcome = 'ok') =>
      trail.append({ actor: options.actor ?? userInfo().username, operation, subject: subject.slice(0, 512), outcome, details })
    const { targets, close } = await openTargets(tables)
    try {
      if (!options.dryRun) await record('data.unseal-begin', { targets: targets.length })
      const opening = targets.map((target) => reversed(target, sealer))
      const report = await run('reverse', sealer, opening as readonly ResealTarget[], options, terminal)
      const moved = report.targets.reduce((sum, each) => sum + each.moved, 0)
      if (!options.dryRun) await record('data.unseal-end', { rows: moved }, report.stopped?.code ?? 'ok')
      show(report, 'opened', terminal)
    } finally {
      await close()
      await trail.close()
    }
  })
}
