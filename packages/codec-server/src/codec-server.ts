import { WaxsealError } from '@waxseal/core'
import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { type Authentication, type Caller, type Connection, callerOf } from './callers/caller.js'
import { loopbackAuthentication } from './callers/loopback-authentication.js'
import { type CodecServerOptions, checkedLimits } from './codec-server-options.js'
import { HttpError, jsonResponse, type Refusal, refusalOf, refusalResponse } from './http/answers.js'
import { jsonBody } from './http/body.js'
import { corsFor } from './http/cors.js'
import { createDeadline, inTime } from './http/deadline.js'
import { createLoad } from './http/load.js'
import { createRateLimit } from './http/rate-limit.js'
import { claimOf, namespaceOf, textHeader } from './http/request.js'
import { openApiOf } from './openapi.js'
import { createTally, type Tally } from './opening/codec-call.js'
import { createOpener } from './opening/opener.js'
import { createPolicy } from './policy/policy.js'
import { createRefusedCalls, NOBODY } from './refused-calls.js'
import { createRoutes, type Route } from './routes.js'
import { recordCall } from './trail.js'

/** What a request says of itself, in its headers and its path. */
interface Said {
  namespace: string | undefined
  purpose: string | undefined
  reason: string | undefined
  requestId: string | undefined
}

/** A codec server, to be served by whatever takes a fetch handler. */
export interface CodecServer {
  /** Answers a request. `connection` is what the host knows of where it comes from. */
  fetch(request: Request, connection?: Connection): Promise<Response>
  /** Records what was refused at the door in the minute that is not over yet: to be called before the trail is closed. */
  flush(): Promise<void>
}

/** On every answer: nothing of it is kept, framed, sniffed or referred to. */
const HEADERS = {
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  referrerPolicy: 'no-referrer',
  xFrameOptions: 'DENY',
  crossOriginResourcePolicy: 'same-origin',
} satisfies Parameters<typeof secureHeaders>[0]

/** Word for word what Go's `http.NotFound` writes. */
const goNotFound = () =>
  new Response('404 page not found\n', { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' } })

const refuse = (refusal: Refusal): never => {
  throw new HttpError(refusal)
}
const WRONG_METHOD: Refusal = { status: 405, code: 'method_not_allowed', message: 'method not allowed' }
const ONLY_READ: Refusal = { ...WRONG_METHOD, headers: { allow: 'GET, HEAD, OPTIONS' } }
const FOREIGN_PAGE: Refusal = { status: 403, code: 'origin_not_allowed', message: 'pages of this origin may not call' }
const UNKNOWN: Refusal = { status: 404, code: 'not_found', message: 'there is nothing at this path' }

/**
 * Makes a codec server: what dashboards, command lines and pages talk to, so that authorised people see plaintext and the backend never
 * does. `config` for options that do not fit; without a way to tell callers it does not start.
 *
 * @example
 * const server = createCodecServer({ sealer, auth, policy: [{ who: ['group:support'], give: 'masked' }], trail })
 * export default { fetch: (request: Request) => server.fetch(request) }
 */
export function createCodecServer(options: CodecServerOptions): CodecServer {
  const limits = checkedLimits(options)
  const {
    sealer,
    auth,
    trail,
    detector,
    surfaces = {},
    scope,
    temporal = {},
    ojs = {},
    reason = 'optional',
    inspector,
    onEvent,
    now = Date.now,
  } = options
  const authentications: readonly Authentication[] =
    auth === 'none-on-loopback' ? [loopbackAuthentication] : Array.isArray(auth) ? auth : [auth as Authentication]
  const opener = createOpener({ sealer, policy: createPolicy(options.policy), detector, surfaces, scope })
  const { maxPayloads, maxBodyBytes } = limits
  const facts = { reason, surfaces, maxPayloads, maxBodyBytes }
  const routes = createRoutes({ opener, temporal, ojs, maxPayloads, inspector, facts })
  const openApi = openApiOf(routes.all)
  const load = createLoad(limits.maxBytesInFlight)
  const refused = createRefusedCalls({ trail, now })
  const limitRate = createRateLimit({ callsPerMinute: limits.callsPerMinute, burst: limits.burst, now })

  /** A page that is neither this server's own nor one of those that may call; what is no page names no origin. */
  function isFromElsewhere(request: Request): boolean {
    const origin = request.headers.get('origin')
    // A page that only loads from here, as an image, names no origin; its browser says that it is another's.
    if (origin === null) return /^(cross|same)-site$/.test(request.headers.get('sec-fetch-site') ?? '')
    if (options.cors?.origins?.includes(origin)) return false
    return !URL.canParse(origin) || new URL(origin).host !== new URL(request.url).host
  }

  async function known(request: Request, connection: Connection): Promise<Caller> {
    const caller = await callerOf(authentications, request, connection)
    if (caller) return caller
    refused.count(NOBODY, 'unauthenticated')
    return refuse({
      status: 401,
      code: 'unauthenticated',
      message: 'this server has to know who calls',
      headers: { 'www-authenticate': 'Bearer' },
    })
  }

  function takeToken({ id }: Caller): void {
    try {
      limitRate(id)
    } catch (error) {
      refused.count(id, 'throttled')
      throw error
    }
  }

  async function answer(request: Request, route: Route, connection: Connection, tally: Tally): Promise<Response> {
    const { operation } = route
    const caller = await known(request, connection)
    takeToken(caller)
    const said: Said = { namespace: undefined, purpose: undefined, reason: undefined, requestId: undefined }
    const call = { caller, operation: `codec.${operation.name}`, dialect: operation.dialect, tally }
    const share = load.begin()
    let result: unknown
    try {
      const body = route.method === 'POST' ? await jsonBody(request, limits, share) : undefined
      hear(request, route, said)
      const { namespace } = said
      const deadline = createDeadline(request, limits.callTimeoutMs)
      const asked = {
        caller,
        namespace,
        claim: claimOf(body),
        get signal() {
          return deadline.signal
        },
      }
      const ran = deadline.within(operation.run(asked, body, tally))
      result = ran instanceof Promise ? await ran : ran
    } catch (error) {
      await record({ ...call, ...said, outcome: refusalOf(error).code })
      throw error
    } finally {
      share.release()
    }
    await record({ ...call, ...said, outcome: 'ok' })
    return jsonResponse(200, result)
  }

  /** Reads what the headers and the path say; what could be read before one of them is refused is recorded. */
  function hear(request: Request, { isFree = false }: Route, said: Said): void {
    said.requestId = textHeader(request, 'x-request-id')
    said.purpose = textHeader(request, 'x-waxseal-purpose')
    said.reason = textHeader(request, 'x-waxseal-reason')
    said.namespace = namespaceOf(request, routes.namespaceOf(new URL(request.url).pathname))
    if (reason === 'required' && !isFree && said.reason === undefined)
      refuse({ status: 400, code: 'reason_required', message: 'X-Waxseal-Reason says why' })
  }

  /** What could not be recorded is not answered. */
  async function record(call: Parameters<typeof recordCall>[1]): Promise<void> {
    try {
      await inTime(recordCall(trail, call), limits.callTimeoutMs)
    } catch (cause) {
      throw new WaxsealError('provider_unavailable', 'the call could not be recorded', { cause })
    }
  }

  function tell(route: Route | undefined, response: Response, code: string | undefined, tally: Tally, since: number): void {
    try {
      onEvent?.({
        operation: route?.operation.name ?? 'none',
        dialect: route?.operation.dialect ?? 'none',
        status: response.status,
        code,
        outcomes: Object.fromEntries(tally.outcomes),
        durationMs: now() - since,
      })
    } catch {
      // A hook changes nothing.
    }
  }

  async function handle(request: Request, connection: Connection): Promise<Response> {
    const route = routes.find(new URL(request.url).pathname)
    const tally = createTally()
    const since = now()
    try {
      if (isFromElsewhere(request)) refuse(FOREIGN_PAGE)
      if (!route) return refuse(UNKNOWN)
      if (request.method !== route.method) refuse({ ...WRONG_METHOD, headers: { allow: `${route.method}, OPTIONS` } })
      const response = await answer(request, route, connection, tally)
      tell(route, response, undefined, tally, since)
      return response
    } catch (error) {
      const refusal = refusalOf(error)
      const response = refusal === UNKNOWN && routes.isGo ? goNotFound() : refusalResponse(refusal, route?.errors ?? 'coded')
      tell(route, response, refusal.code, tally, since)
      return response
    }
  }

  const app = new Hono<{ Bindings: { readonly connection: Connection } }>()
  // The page brings its own headers: it needs more than what answers need.
  app.use(async ({ req }, next) => inspector?.page(req.raw) ?? next())
  app.use(secureHeaders(HEADERS))
  app.use(async (context, next) => {
    await next()
    context.res.headers.set('cache-control', 'no-store')
  })
  app.use(...corsFor(options.cors ?? {}))
  // Go's reference server asks for no method there.
  app.on(routes.isGo ? 'ALL' : 'GET', '/health', () => jsonResponse(200, { status: 'ok' }))
  app.get('/openapi.json', () => jsonResponse(200, openApi))
  app.on('ALL', ['/health', '/openapi.json'], () => refusalResponse(ONLY_READ, 'coded'))
  app.all('*', ({ req, env }) => handle(req.raw, env.connection))

  return Object.freeze<CodecServer>({
    fetch: async (request, connection = {}) => app.fetch(request, { connection }),
    flush: refused.flush,
  })
}
