import { fromBase64Url } from '../base64.js'
import type { Bytes } from '../bytes.js'
import type { Exchange } from '../exchange.js'
import { jsonObject } from '../json.js'
import { badParameter, refuse } from './reply.js'

/** The members of a JSON body that may have no others than these. */
export function readBody({ headers, body }: Exchange, members: readonly string[]): Record<string, unknown> {
  if (!/^application\/json\b/i.test(headers.get('content-type') ?? ''))
    refuse(415, 'UnsupportedMediaType', 'The content type is application/json.')
  const value = jsonObject(body) ?? badParameter('The request body is no JSON object.')
  for (const name of Object.keys(value)) if (!members.includes(name)) badParameter(`Property ${name} is not expected.`)
  return value
}

/** The bytes of a member in base64url, where it is there. */
export function bytesOf(body: Readonly<Record<string, unknown>>, name: string): Bytes | undefined {
  const value = body[name]
  if (value === undefined) return undefined
  return fromBase64Url(value) ?? badParameter(`Property ${name} is no base64url.`)
}
