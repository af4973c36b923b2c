import { Refusal, type Reply } from '../exchange.js'

const headers = { 'cache-control': 'no-store' }

export function errorReply(status: number, ...errors: readonly string[]): Reply {
  return { status, headers, body: { errors } }
}

/** Ends the request with these errors. */
export function refuse(status: number, ...errors: readonly string[]): never {
  throw new Refusal(errorReply(status, ...errors))
}

export const userError = (message: string): never => refuse(400, message)
export const permissionDenied = (): never => refuse(403, '1 error occurred:\n\t* permission denied\n\n')
export const unsupportedPath = (): never => refuse(404, '1 error occurred:\n\t* unsupported path\n\n')
export const unsupportedOperation = (): never => refuse(405, '1 error occurred:\n\t* unsupported operation\n\n')

/** The message of a refusal, as it stands beside an item of a batch. */
export function refusalMessage(error: unknown): string {
  if (!(error instanceof Refusal)) throw error
  return (error.reply.body as { errors: readonly string[] }).errors[0] ?? ''
}

export interface Answered {
  readonly status?: number
  readonly data?: unknown
  readonly auth?: unknown
  readonly warnings?: readonly string[]
  readonly mountType?: string
}

/** What Vault wraps every answer in; 204 where there is nothing to say. */
export function answered({ status, data, auth, warnings = [], mountType = '' }: Answered): Reply {
  if (status === undefined && data === undefined && auth === undefined && warnings.length === 0) return { status: 204, headers }
  return {
    status: status ?? 200,
    headers,
    body: {
      request_id: crypto.randomUUID(),
      lease_id: '',
      renewable: false,
      lease_duration: 0,
      data: data ?? null,
      wrap_info: null,
      warnings: warnings.length === 0 ? null : warnings,
      auth: auth ?? null,
      mount_type: mountType,
    },
  }
}

export const rfc3339 = (ms: number): string => new Date(ms).toISOString()
