import { WaxsealError } from '@waxseal/core'
import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'

export interface CorsOptions {
  /** Pages that may call, as `https://temporal.example.com`; exact, none by default. */
  readonly origins?: readonly string[] | undefined
  /** Headers that such pages may send beside those of Temporal's web pages and of the inspector. */
  readonly allowHeaders?: readonly string[] | undefined
  /** Whether browsers may send cookies along. Default: no. */
  readonly credentials?: boolean | undefined
}

const HEADERS = ['content-type', 'x-namespace', 'authorization', 'authorization-extras', 'x-waxseal-purpose', 'x-waxseal-reason']
const MAX_AGE_SECONDS = 600

/** Answers preflights, and lets pages of known origins read every answer, refusals among them. */
export function corsFor({ origins = [], allowHeaders = [], credentials = false }: CorsOptions): MiddlewareHandler[] {
  for (const origin of origins)
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      throw new WaxsealError(
        'config',
        'an origin is a scheme, a host and a port, as https://temporal.example.com, without a slash at the end',
      )
  const known = new Set(origins)
  const isKnown = (origin: string | undefined) => origin !== undefined && known.has(origin)

  const preflight = cors({
    origin: (origin) => (isKnown(origin) ? origin : null),
    allowMethods: ['GET', 'POST', 'OPTIONS'],
    allowHeaders: [...HEADERS, ...allowHeaders],
    maxAge: MAX_AGE_SECONDS,
    credentials,
  })

  const answer: MiddlewareHandler = async (context, next) => {
    const origin = context.req.header('origin')
    if (context.req.method === 'OPTIONS') {
      const response = (await preflight(context, next)) as Response
      // A page of the web that calls a server on the reader's own machine.
      if (isKnown(origin) && context.req.header('access-control-request-private-network') === 'true')
        response.headers.set('access-control-allow-private-network', 'true')
      return response
    }
    await next()
    // Into the answer's own headers: Hono's way of setting them makes a stream of a body that is there as a text.
    const { headers } = context.res
    headers.append('vary', 'Origin')
    if (credentials) headers.set('access-control-allow-credentials', 'true')
    if (isKnown(origin)) headers.set('access-control-allow-origin', origin!)
    return undefined
  }
  return [answer]
}
