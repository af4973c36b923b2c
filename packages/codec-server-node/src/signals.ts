import { constants } from 'node:os'
import type { WaxsealConfig } from '@waxseal/config'
import { describe } from './log.js'
import { type StartOptions, startServer } from './server.js'

const FAILED = 1

/**
 * Starts the codec server of a configuration and ends the process when it is told to: SIGTERM or SIGINT end it in order, with 0, or 1
 * where calls were cut off; a second one at once. Throws what keeps it from starting.
 *
 * @example
 * const { config } = await loadConfig()
 * await serveUntilStopped(config, { env: process.env, log: createLog('info') })
 */
export async function serveUntilStopped(config: WaxsealConfig, options: StartOptions): Promise<void> {
  const { log } = options
  const starting = startServer(config, options)
  let stopping = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, async () => {
      if (stopping) {
        log.warn({ event: 'forced', signal })
        process.exit(128 + constants.signals[signal])
      }
      stopping = true
      log.info({ event: 'stopping', signal })
      try {
        const cut = await (await starting).stop()
        log.info({ event: 'stopped', cut })
        process.exit(cut > 0 ? FAILED : 0)
      } catch (error) {
        log.fatal({ event: 'not_stopped', ...describe(error) })
        process.exit(FAILED)
      }
    })
  await starting
}
