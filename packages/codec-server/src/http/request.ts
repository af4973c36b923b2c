import { WaxsealError } from '@waxseal/core'
import { isJsonObject } from '../dialects/payloads.js'
import { type Claim, pairsOf } from '../opening/place.js'

const MAX_TEXT = 255

/** A header as a text that can be recorded; `malformed` for one that is too long or holds more than printable characters. */
export const textHeader = (request: Request, name: string): string | undefined => plainText(request.headers.get(name) ?? '', name)

function plainText(given: string, name: string): string | undefined {
  const text = given.trim()
  if (text === '') return undefined
  if (text.length > MAX_TEXT || /\p{Cc}/u.test(text) || !text.isWellFormed())
    throw new WaxsealError('malformed', `${name} is too long, or no plain text`)
  return text
}

/**
 * `X-Namespace`, or where that is configured the segment of the path before the operation, as `/{namespace}/decode` has it. `malformed`
 * where both name one and not the same: whoever guards the path must not be told another than is used.
 */
export function namespaceOf(request: Request, inPath: string | undefined): string | undefined {
  const inHeader = textHeader(request, 'x-namespace')
  const ofPath = inPath === undefined ? undefined : plainText(inPath, 'the namespace of the path')
  if (inHeader !== undefined && ofPath !== undefined && inHeader !== ofPath)
    throw new WaxsealError('malformed', 'X-Namespace is not the namespace of the path')
  return inHeader ?? ofPath
}

/** Where a request says that its envelopes belong. */
export function claimOf(body: unknown): Claim {
  if (!isJsonObject(body)) return {}
  const { context, surface, scope } = body
  if (scope !== undefined && (typeof scope !== 'string' || scope === '' || scope.length > MAX_TEXT || !scope.isWellFormed()))
    throw new WaxsealError('malformed', 'scope is a text')
  return {
    context: context === undefined ? undefined : pairsOf(context, 'context'),
    surface: surface === undefined ? undefined : surfaceClaim(surface),
    scope,
  }
}

function surfaceClaim(surface: unknown): Claim['surface'] {
  if (!isJsonObject(surface) || typeof surface.name !== 'string')
    throw new WaxsealError('malformed', 'surface is an object with a name and values')
  return { name: surface.name, values: surface.values === undefined ? undefined : pairsOf(surface.values, 'values') }
}
