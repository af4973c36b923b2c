import { randomBytes, toHex } from '../bytes.js'

// AWS JSON 1.1: the type decides, the HTTP status is 400 unless the service itself failed. What the front of every AWS service
// refuses carries a prefix, and some of it writes `Message`.
const FRONT: Record<string, string> = {
  AccessDeniedException: '',
  ExpiredTokenException: 'com.amazon.coral.service#',
  IncompleteSignatureException: 'com.amazon.coral.service#',
  InvalidSignatureException: 'com.amazon.coral.service#',
  MissingAuthenticationTokenException: 'com.amazon.coral.service#',
  SerializationException: 'com.amazon.coral.service#',
  UnknownOperationException: 'com.amazon.coral.service#',
  UnrecognizedClientException: 'com.amazon.coral.service#',
  ValidationException: 'com.amazon.coral.validate#',
}
const CAPITAL_MESSAGE = ['AccessDeniedException', 'SerializationException', 'ServiceUnavailableException']

const STATUS: Record<string, number> = { KMSInternalException: 500, ServiceUnavailableException: 503 }

/** Why the service refuses, in its own words. */
export class KmsRefusal extends Error {
  readonly type: string

  constructor(type: string, message: string) {
    super(message)
    this.type = type
  }
}

export function refuse(type: string, message: string): never {
  throw new KmsRefusal(type, message)
}

/** `prefix` stands before the types of the key service's own errors. */
export function refusalResponse({ type, message }: KmsRefusal, prefix: string): Response {
  const text = message === '' ? {} : { [CAPITAL_MESSAGE.includes(type) ? 'Message' : 'message']: message }
  return jsonResponse({ __type: `${FRONT[type] ?? prefix}${type}`, ...text }, STATUS[type] ?? 400)
}

export function jsonResponse(members: object, status = 200): Response {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': uuid() }
  return new Response(JSON.stringify(members), { status, headers })
}

export const uuid = (): string => toHex(randomBytes(16)).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
