import { Refusal, type Reply } from '../exchange.js'

const headers = { 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' }

export function errorReply(status: number, code: string, message: string, innerCode?: string): Reply {
  const error = { code, message, ...(innerCode === undefined ? {} : { innererror: { code: innerCode } }) }
  return { status, headers, body: { error } }
}

/** Ends the request with this error. */
export function refuse(status: number, code: string, message: string, innerCode?: string): never {
  throw new Refusal(errorReply(status, code, message, innerCode))
}

export const badParameter = (message: string): never => refuse(400, 'BadParameter', message)
export const notAllowed = (): never => refuse(405, 'MethodNotAllowed', 'The method is not supported by this resource.')

export const answered = (body: unknown): Reply => ({ status: 200, headers, body })

export const seconds = (ms: number): number => Math.floor(ms / 1000)

type Failure = 'throttled' | 'server_error' | 'unavailable'

const TOO_MANY = 'Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached'

const oauthFailure = (status: number, error: string): Reply => ({
  status,
  body: { error, error_description: 'Try again later.' },
})

const FAILURES: Readonly<Record<'keys' | 'tokens', Readonly<Record<Failure, Reply>>>> = {
  keys: {
    throttled: errorReply(429, 'Throttled', TOO_MANY),
    server_error: errorReply(500, 'InternalServerError', 'The server encountered an internal error.'),
    unavailable: errorReply(503, 'ServiceUnavailable', 'The service is temporarily unavailable.'),
  },
  tokens: {
    throttled: oauthFailure(429, 'too_many_requests'),
    server_error: oauthFailure(500, 'server_error'),
    unavailable: oauthFailure(503, 'temporarily_unavailable'),
  },
}

/** How the service says that it fails, where it has keys and where it hands out tokens. */
export const failureOf = (kind: Failure, from: 'keys' | 'tokens'): Reply => FAILURES[from][kind]
