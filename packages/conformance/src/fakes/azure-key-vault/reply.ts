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
