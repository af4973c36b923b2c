import type { Bytes } from './encoding.js'
import { type Exchange, Refusal, type Reply, type Service } from './exchange.js'
import { type FaultPlan, faultPlan } from './fault-plan.js'
import type { Fault } from './faults.js'
import type { ServiceFake } from './service-fake.js'

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
