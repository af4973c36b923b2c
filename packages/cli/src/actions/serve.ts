import { loadConfig } from '@waxseal/config'
import { Failure } from '../failure.js'
import type { TerminalOptions } from '../terminal.js'

export async function serve({ config: path, quiet }: TerminalOptions & { readonly config?: string }): Promise<void> {
  const { config } = await loadConfig(path)
  const { createLog, ListenError, serveUntilStopped } = await import('@waxseal/codec-server-node').catch(() => {
    throw new Failure('the codec server is a package of its own', { hint: 'npm install @waxseal/codec-server-node' })
  })
  const level = config.codecServer?.log ?? 'info'
  const isLess = quiet === true && (level === 'info' || level === 'debug')
  try {
    await serveUntilStopped(config, { env: process.env, log: createLog(isLess ? 'warn' : level) })
  } catch (error) {
    throw error instanceof ListenError ? new Failure(error.message) : error
  }
}
