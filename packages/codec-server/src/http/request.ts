import { WaxsealError } from '@waxseal/core'
import { isJsonObject } from '../dialects/payloads.js'
import { type Claim, pairsOf } from '../opening/place.js'

const MAX_TEXT = 255

/** A header as a text that can be recorded; `malformed` for one that is too long or holds more than printable characters. */
export function textHeader(request: Request, name: string): string | undefined {
  const text = request.headers.get(name)?.trim()
  if (text === undefined || text === '') return undefined
  if (text.length > MAX_TEXT || /\p{Cc}/u.test(text)) throw new WaxsealError('malformed', `${name} is too long, or no plain text`)
  return text
}

/** `X-Namespace`; where that is configured, else the segment of the path before the operation, as `/{namespace}/decode` has it. */
export function namespaceOf(request: Request, inPath: string | undefined): string | undefined {
  return textHeader(request, 'x-namespace') ?? inPath
}

/** Where a request says that its envelopes belong. */
export function claimOf(body: unknown): Claim {
  if (!isJsonObject(body)) return {}
  const { context, surface, scope } = body
  if (scope !== undefined && (typeof scope !== 'string' || scope.length > MAX_TEXT))
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
