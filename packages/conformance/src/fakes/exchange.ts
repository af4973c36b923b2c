import type { Bytes } from './encoding.js'
import type { Fault } from './faults.js'

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

/** Where the service is asked over a real port: a loopback name or address. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}
