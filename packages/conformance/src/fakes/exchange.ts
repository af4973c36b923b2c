import type { Bytes } from './encoding.js'
import { type FaultPlan, faultPlan } from './fault-plan.js'
import type { Fault } from './faults.js'
import type { ServiceFake } from './service-fake.js'

/** A request as a service sees it. */
export interface Exchange {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  readonly body: Bytes
  /** The service's clock, in milliseconds since 1970. */
  readonly now: number
}

/** An answer; a body that is no string is sent as JSON, and none with undefined. */
export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** Thrown by a service's code to end a request with this answer. */
export class Refusal extends Error {
  readonly reply: Reply
  constructor(reply: Reply) {
    super(`refused with status ${reply.status}`)
    this.reply = reply
  }
}

export interface Service {
  readonly name: string
  readonly now: () => number
  /** Whether the service listens there. Elsewhere nobody answers. */
  readonly listens: (url: URL) => boolean
  /** The name of what is asked for, in the service's words. */
  readonly operation: (method: string, url: URL) => string
  readonly answer: (exchange: Exchange) => Promise<Reply>
  /** How this service says it. */
  readonly refuse: (fault: FaultReply, exchange: Exchange) => Reply
  /** The body with a bit of the key material turned. */
  readonly corrupt: (body: unknown) => unknown
}

export type FaultReply = Extract<Fault, { kind: 'throttled' | 'server_error' | 'unavailable' }>

const MAX_REDIRECTS = 20
const NO_BODY = [101, 103, 204, 205, 304]

/**
 * The handler of a service. Redirects are followed as fetch does, through the same handler, unless the request says otherwise.
 * A request to a host where the service does not listen rejects, and is recorded as `elsewhere` with status 0.
 */
export function serviceFetch(service: Service): Pick<ServiceFake, 'fetch' | 'faults' | 'requests'> {
  const requests: { readonly operation: string; readonly status: number }[] = []
  const record = (operation: string, status: number): void => void requests.push(Object.freeze({ operation, status }))
  const { take, inject, clear } = faultPlan()

  async function fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init)
    const { signal, redirect } = request
    signal.throwIfAborted()
    let { method } = request
    let url = new URL(request.url)
    const headers = new Headers(request.headers)
    let body: Bytes = new Uint8Array(await request.arrayBuffer())
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      const response = await once({ method, url, headers: new Headers(headers), body }, signal)
      const location = response.headers.get('location')
      if (![301, 302, 303, 307, 308].includes(response.status) || location === null || redirect === 'manual') return response
      if (redirect === 'error') throw new TypeError('fetch failed: unexpected redirect')
      const next = new URL(location, url)
      if (next.origin !== url.origin) headers.delete('authorization')
      if (response.status === 303 || (response.status < 303 && method === 'POST')) {
        method = 'GET'
        body = new Uint8Array()
      }
      url = next
    }
    throw new TypeError('fetch failed: redirect count exceeded')
  }

  async function once(request: Omit<Exchange, 'now'>, signal: AbortSignal): Promise<Response> {
    const { method, url } = request
    if (!service.listens(url)) {
      record('elsewhere', 0)
      throw new TypeError('fetch failed: no such host')
    }
    const operation = service.operation(method, url)
    const fault = take(operation)
    const exchange: Exchange = { ...request, now: service.now() + (fault?.kind === 'clock_skew' ? fault.ms : 0) }
    if (fault?.kind === 'latency') await delay(fault.ms, signal)
    if (fault?.kind === 'dropped') {
      record(operation, 0)
      throw new TypeError('fetch failed: the connection broke')
    }
    const reply = fromFault(fault, exchange) ?? (await answer(exchange))
    signal.throwIfAborted()
    record(operation, reply.status)
    return response(fault?.kind === 'corrupt' ? { ...reply, body: service.corrupt(reply.body) } : reply, exchange, fault)
  }

  function fromFault(fault: Fault | undefined, exchange: Exchange): Reply | undefined {
    switch (fault?.kind) {
      case 'throttled':
      case 'server_error':
      case 'unavailable':
        return service.refuse(fault, exchange)
      case 'garbage':
        return { status: 200, headers: { 'content-type': 'text/html' }, body: '<html><body>It works!</body></html>' }
      case 'redirect':
        return { status: 307, headers: { location: fault.location } }
      default:
        return undefined
    }
  }

  async function answer(exchange: Exchange): Promise<Reply> {
    try {
      return await service.answer(exchange)
    } catch (error) {
      if (error instanceof Refusal) return error.reply
      throw error
    }
  }

  const faults = Object.freeze<Pick<FaultPlan, 'inject' | 'clear'>>({ inject, clear })
  return { fetch, faults, requests }
}

function response({ status, headers, body }: Reply, { now }: Exchange, fault: Fault | undefined): Response {
  const text = body === undefined || NO_BODY.includes(status) ? null : typeof body === 'string' ? body : JSON.stringify(body)
  const sent = fault?.kind === 'truncated' && text !== null ? text.slice(0, text.length >> 1) : text
  return new Response(sent, {
    status,
    headers: {
      ...(text === null ? {} : { 'content-type': 'application/json' }),
      date: new Date(now).toUTCString(),
      ...headers,
    },
  })
}

function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, ms)
    function done(): void {
      signal.removeEventListener('abort', aborted)
      resolve()
    }
    function aborted(): void {
      clearTimeout(timer)
      reject(signal.reason)
    }
    signal.addEventListener('abort', aborted, { once: true })
  })
}

/** Where the service is asked over a real port: a loopback name or address. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}

/** The JSON object of a body, or undefined. */
export function jsonObject(body: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
