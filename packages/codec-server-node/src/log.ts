import type { CodecServerConfig } from '@waxseal/config'
import { WaxsealError } from '@waxseal/core'
import { destination, type Logger, pino } from 'pino'

export type Log = Logger

/** One line of JSON an event, on standard error: standard output may be the trail's. */
export const createLog = (level: CodecServerConfig['log']): Log =>
  pino({ level, base: { service: 'waxseal-codec-server' } }, destination({ fd: 2, sync: true }))

/** What a log may say of an error: our own messages hold no data, those of others might. */
export function describe(error: unknown): { readonly error: string; readonly message?: string; readonly at?: string } {
  const { code, name, message, stack } = error as NodeJS.ErrnoException
  if (WaxsealError.is(error) || name === 'AuditError') return { error: String(code), message }
  return { error: String(code ?? name), ...(stack !== undefined && { at: /^ +at .+$/m.exec(stack)?.[0].trim() ?? '' }) }
}
