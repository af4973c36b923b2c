import type { Call } from './service-fake.js'

/** A request, and when it comes. */
export interface Exchange extends Call {
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

const NO_BODY = [204, 205, 304]

export function responseOf({ status, headers, body }: Reply): Response {
  if (body === undefined || NO_BODY.includes(status)) return new Response(null, { status, headers: { ...headers } })
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return new Response(text, { status, headers: { 'content-type': 'application/json', ...headers } })
}

/** The response that a service's code gives, or that it refuses with. */
export async function respond(answer: () => Promise<Reply>): Promise<Response> {
  try {
    return responseOf(await answer())
  } catch (error) {
    if (error instanceof Refusal) return responseOf(error.reply)
    throw error
  }
}

/** Where the service is asked over a real port: a loopback name or address. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}
