import { WaxsealError } from '@waxseal/core'
import type { DestroyDueOptions, DestroyReport } from './operations/destroy-due.js'
import type { RotateReport } from './operations/rotate-due.js'

export interface MaintenanceReport {
  readonly rotation: RotateReport
  readonly destruction: DestroyReport
}

export interface MaintenanceOptions extends DestroyDueOptions {
  /** Id in the audit trail. */
  readonly actor: string
  /** Default 60,000, less or more by up to a tenth. */
  readonly everyMs?: number | undefined
  readonly onReport?: ((report: MaintenanceReport) => void) | undefined
  /** A pass that failed; the next comes all the same. */
  readonly onError?: ((error: unknown) => void) | undefined
}

export interface Maintenance {
  /** Ends it, and waits for what runs. */
  stop(): Promise<void>
}

const MAX_MS = 86_400_000

/** Runs passes one after another until it is stopped; keeps no process alive. */
export function startMaintenance(
  pass: () => Promise<MaintenanceReport>,
  options: MaintenanceOptions,
  random: () => number,
): Maintenance {
  const { everyMs = 60_000, onReport, onError } = options
  if (!Number.isInteger(everyMs) || everyMs < 100 || everyMs > MAX_MS)
    throw new WaxsealError('config', `everyMs is an integer from 100 to ${MAX_MS}`)
  let stopped = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let running = Promise.resolve()

  function next(): void {
    if (stopped) return
    timer = setTimeout(() => void run(), everyMs * (0.9 + 0.2 * random()))
    ;(timer as { unref?: () => void }).unref?.()
  }

  function run(): Promise<void> {
    running = pass()
      .then(onReport, onError)
      .catch(() => {})
      .then(next)
    return running
  }

  void run()
  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
