import { loadConfig } from '@waxseal/config'
import { Failure } from '../failure.js'
import { optional } from '../optional.js'
import type { TerminalOptions } from '../terminal.js'

export async function serve({ config: path, quiet }: TerminalOptions & { readonly config?: string }): Promise<void> {
  const { config } = await loadConfig(path)
  const { createLog, ListenError, serveUntilStopped } = await optional(
    '@waxseal/codec-server-node',
    () => import('@waxseal/codec-server-node'),
  )
  const level = config.codecServer?.log ?? 'info'
  const isLess = quiet === true && (level === 'info' || level === 'debug')
  try {
    await serveUntilStopped(config, { env: process.env, log: createLog(isLess ? 'warn' : level) })
  } catch (error) {
    throw error instanceof ListenError ? new Failure(error.message) : error
  }
}
