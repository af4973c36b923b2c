import type { Keys, Sealer } from '@waxseal/core'
import { createReseal, type ResealReport, type ResealTarget } from '@waxseal/reseal'
import type { ResealOptions } from '../commands/reseal.js'
import { stopOnSignals } from '../io/ending.js'
import { createRowProgress } from '../io/row-progress.js'
import { type Place, placeName } from '../places.js'
import type { Terminal } from '../terminal.js'
import { aboutOf, checkpointsIn, type Kind } from './checkpoints.js'

export type RunOptions = Pick<ResealOptions, 'rate' | 'pageSize' | 'dryRun' | 'checkpoints'>

export interface Ground {
  readonly sealer: Sealer
  readonly keys: Keys
  readonly places: readonly Place[]
  readonly targets: readonly ResealTarget[]
}

/** A run over targets that is ready to begin. `config` for options that do not fit. */
export async function prepareRun(
  kind: Kind,
  { sealer, keys, places, targets }: Ground,
  { rate, pageSize, dryRun = false, checkpoints }: RunOptions,
  terminal: Terminal,
): Promise<() => Promise<ResealReport>> {
  const about = new Map<string, string>()
  for (const place of places) about.set(placeName(place), await aboutOf(kind, place, keys))
  const progress = createRowProgress(terminal)
  const engine = createReseal({
    sealer,
    targets,
    mode: kind === 'rewrap' ? 'rewrap' : 'reseal',
    ...(!dryRun && { checkpoints: checkpointsIn(checkpoints, about) }),
    ...(rate !== undefined && { ratePerSecond: rate }),
    ...(pageSize !== undefined && { pageSize }),
    ...(progress && { onProgress: progress.show }),
  })
  // From here on a signal ends the run in order: whoever records that it begins records how it ended as well.
  const signal = stopOnSignals()
  return async () => {
    progress?.start()
    try {
      return await engine.run({ dryRun, signal })
    } finally {
      progress?.stop()
    }
  }
}
