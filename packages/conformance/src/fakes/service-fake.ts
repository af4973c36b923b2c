import { createFaultQueue, type Fault, type Faults } from './faults.js'

/**
 * One request that was answered: what was asked, and the HTTP status; 0 where the connection broke, and `elsewhere` with 0 where
 * the service does not listen. Never bodies or tokens.
 */
export interface AnsweredRequest {
  readonly operation: string
  readonly status: number
}

/** A key service that speaks the protocol of the real one and really encrypts, as a function in place of `fetch`. */
export interface ServiceFake {
  /** `aws-kms`, `gcp-kms`, `vault` or `azure-key-vault`. */
  readonly name: string
  /**
   * Answers one request; stands in for the global `fetch`. Rejects with a TypeError, as `fetch` does, where the connection
   * breaks, and with the reason of the request's AbortSignal.
   */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
  readonly faults: Faults
  /** Every request answered so far, oldest first. */
  readonly requests: readonly AnsweredRequest[]
  /** What was asked so far, answered or not, oldest first: for tests that wait until a request has come in. */
  readonly arrived: readonly string[]
}

/** A request as a service sees it. */
export interface Call {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  readonly body: Uint8Array
}

/** What makes one service differ from another. */
export interface ServiceRules {
  readonly name: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Whether anybody listens there; elsewhere the connection fails, whatever fault is to come. Default: everywhere. */
  readonly listens?: (call: Call) => boolean
  /** What the request asks for, as tests and faults name it. */
  readonly operationOf: (call: Call) => string
  /** The answer at the service's time `now`. */
  readonly answer: (call: Call, now: number) => Promise<Response> | Response
  /** The service's own form of these three faults. */
  readonly failure: (kind: 'throttled' | 'server_error' | 'unavailable', call: Call) => Response
  /** The members of an answer with one bit of the key material turned. */
  readonly corrupted: (members: Record<string, unknown>) => Record<string, unknown>
}

const MAX_REDIRECTS = 20

/** A fake of a service out of its rules: faults, the list of requests, redirects and aborts as `fetch` has them. */
export function createServiceFake(rules: ServiceRules): ServiceFake {
  const { faults, take } = createFaultQueue()
  const requests: AnsweredRequest[] = []
  const arrived: string[] = []
  const record = (operation: string, status: number): void => void requests.push(Object.freeze({ operation, status }))

  async function answer(call: Call, signal: AbortSignal): Promise<Response> {
    if (rules.listens?.(call) === false) {
      record('elsewhere', 0)
      throw new TypeError('fetch failed')
    }
    const operation = rules.operationOf(call)
    arrived.push(operation)
    const fault = take(operation)
    if (fault?.kind === 'latency') await pause(fault.ms, signal)
    const now = rules.now() + (fault?.kind === 'clock_skew' ? fault.ms : 0)
    try {
      const response = dated(await faulty(rules, call, fault, now), now)
      signal.throwIfAborted()
      record(operation, response.status)
      return response
    } catch (error) {
      if (!signal.aborted) record(operation, 0)
      throw error
    }
  }

  async function fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init)
    const { signal, method, redirect } = request
    signal.throwIfAborted()
    const headers = new Headers(request.headers)
    let url = new URL(request.url)
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new TypeError('fetch failed')
    const body = new Uint8Array(await request.arrayBuffer())
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const response = await answer({ method, url, headers, body }, signal)
      const location = response.status === 307 ? response.headers.get('location') : null
      if (location === null || redirect === 'manual') return response
      if (redirect === 'error') break
      const target = new URL(location, url)
      // What fetch does too; a request that followed shows up as a second one.
      if (target.origin !== url.origin) for (const name of ['authorization', 'host', 'cookie']) headers.delete(name)
      url = target
    }
    throw new TypeError('fetch failed')
  }

  return Object.freeze({ name: rules.name, fetch, faults, requests, arrived })
}

async function faulty(rules: ServiceRules, call: Call, fault: Fault | undefined, now: number): Promise<Response> {
  switch (fault?.kind) {
    case 'throttled': {
      const response = rules.failure('throttled', call)
      if (fault.retryAfterSeconds !== undefined) response.headers.set('retry-after', String(fault.retryAfterSeconds))
      return response
    }
    case 'server_error':
    case 'unavailable':
      return rules.failure(fault.kind, call)
    case 'dropped':
      throw new TypeError('fetch failed')
    case 'garbage':
      return new Response('<html><body>It works!</body></html>', { headers: { 'content-type': 'text/html' } })
    case 'redirect':
      return new Response(null, { status: 307, headers: { location: fault.location } })
    case 'truncated':
      return truncated(await rules.answer(call, now))
    case 'corrupt':
      return corrupted(rules, await rules.answer(call, now))
    default:
      return rules.answer(call, now)
  }
}

async function truncated(response: Response): Promise<Response> {
  // There is no middle of nothing.
  if (response.body === null) return response
  const bytes = new Uint8Array(await response.arrayBuffer())
  const headers = new Headers(response.headers)
  headers.set('content-length', String(bytes.length))
  let sent = false
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent) return controller.error(new TypeError('terminated'))
      sent = true
      controller.enqueue(bytes.slice(0, bytes.length >> 1))
    },
  })
  return new Response(body, { status: response.status, headers })
}

async function corrupted(rules: ServiceRules, response: Response): Promise<Response> {
  if (!response.ok || !response.headers.get('content-type')?.includes('json')) return response
  const members = rules.corrupted((await response.json()) as Record<string, unknown>)
  return new Response(JSON.stringify(members), { status: response.status, headers: response.headers })
}

function dated(response: Response, now: number): Response {
  response.headers.set('date', new Date(now).toUTCString())
  return response
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const aborted = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', aborted)
      resolve()
    }, ms)
    signal.addEventListener('abort', aborted, { once: true })
  })
}
