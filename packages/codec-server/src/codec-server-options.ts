import { type Detector, type Sealer, WaxsealError } from '@waxseal/core'
import type { Authentication } from './callers/caller.js'
import type { OjsOptions } from './dialects/ojs.js'
import type { TemporalOptions } from './dialects/temporal.js'
import type { CorsOptions } from './http/cors.js'
import type { Inspector } from './inspector/inspector.js'
import type { Pairs, Surfaces } from './opening/place.js'
import type { PolicyRule } from './policy/policy.js'
import type { CodecTrail } from './trail.js'

export interface CodecServerLimits {
  /** Default 16 MiB. */
  readonly maxBodyBytes: number
  /** Bytes of the bodies that are worked on at once, of all callers together; more is answered 503. Default 128 MiB. */
  readonly maxBytesInFlight: number
  /** Payloads of a call, envelopes of a document. Default 1,000. */
  readonly maxPayloads: number
  /** How long a body may take to arrive, in milliseconds. Default 10,000. */
  readonly bodyTimeoutMs: number
  /** How long a call may take once its body is there, in milliseconds. Default 30,000. */
  readonly callTimeoutMs: number
  /** Calls of one caller, on average. Temporal's pages and CLI make one call for each field. Default 6,000. */
  readonly callsPerMinute: number
  /** Calls of one caller at once after a rest. Default 1,000. */
  readonly burst: number
}

/** What a call came to, for metrics: never data, names of people, contexts. */
export interface CodecServerEvent {
  /** `decode`, `encode`, `open`, `inspect`, `keys`, `whoami`, `audit`, `samples`; `none` where no operation was reached. */
  readonly operation: string
  readonly dialect: string
  readonly status: number
  readonly code: string | undefined
  readonly outcomes: Readonly<Record<string, number>>
  readonly durationMs: number
}

export interface CodecServerOptions {
  /** Opens; never closed here. */
  readonly sealer: Sealer
  /** Who may call at all: one or several ways to tell, tried in order. `none-on-loopback` lets everybody on this machine in, for development. */
  readonly auth: Authentication | readonly Authentication[] | 'none-on-loopback'
  /** Who may see what, and how: the first rule that applies decides, and what none applies to is refused. */
  readonly policy: readonly PolicyRule[]
  /** Where every call is recorded, before it is answered. */
  readonly trail: CodecTrail
  /** Tells types of personal data, for masks and for rules that name types. */
  readonly detector?: Detector | undefined
  /** Kinds of things that requests may name, for envelopes that store no context. */
  readonly surfaces?: Surfaces | undefined
  /** Whose key, by context and namespace, where a request does not say so. */
  readonly scope?: ((context: Pairs, namespace: string | undefined) => string | undefined) | undefined
  readonly temporal?: TemporalOptions | undefined
  /** `false`: there is none, and what ends in `/codec/decode` or `/codec/encode` is Temporal's. */
  readonly ojs?: OjsOptions | false | undefined
  readonly cors?: CorsOptions | undefined
  /** The page at `/inspector`: `inspector()` of `@waxseal/codec-server/inspector`. Default: none. */
  readonly inspector?: Inspector | undefined
  readonly limits?: Partial<CodecServerLimits> | undefined
  /** Whether a call has to say why, in `X-Waxseal-Reason`. Default: optional. */
  readonly reason?: 'optional' | 'required' | undefined
  /** Told of every call; a hook that throws changes nothing. */
  readonly onEvent?: ((event: CodecServerEvent) => void) | undefined
  /** Milliseconds since the epoch. Default Date.now. */
  readonly now?: (() => number) | undefined
}

const DEFAULT_LIMITS: CodecServerLimits = {
  maxBodyBytes: 16 * 1024 * 1024,
  maxBytesInFlight: 128 * 1024 * 1024,
  maxPayloads: 1000,
  bodyTimeoutMs: 10_000,
  callTimeoutMs: 30_000,
  callsPerMinute: 6000,
  burst: 1000,
}

/** The limits, with defaults; `config` for options that do not fit. */
export function checkedLimits(options: CodecServerOptions): CodecServerLimits {
  const config = (message: string): never => {
    throw new WaxsealError('config', message)
  }
  const { sealer, auth, trail, reason = 'optional' } = options
  if (!options.detector && Array.isArray(options.policy) && options.policy.some((rule) => rule?.what?.types))
    config('a policy that names types needs a detector')
  if (typeof sealer?.open !== 'function') config('a codec server needs a sealer')
  const ways = Array.isArray(auth) ? auth : [auth]
  if (auth !== 'none-on-loopback' && (ways.length === 0 || !ways.every((way) => typeof way === 'function')))
    config("auth says how callers are told: an authentication, or 'none-on-loopback' for development")
  if (typeof trail?.append !== 'function') config('a codec server needs a trail to record calls in')
  if (reason !== 'optional' && reason !== 'required') config("reason is 'optional' or 'required'")
  const given = { ...DEFAULT_LIMITS, ...options.limits }
  const limits = {
    ...given,
    maxBytesInFlight: options.limits?.maxBytesInFlight ?? Math.max(given.maxBytesInFlight, given.maxBodyBytes),
  }
  for (const [name, value] of Object.entries(limits))
    if (!Object.hasOwn(DEFAULT_LIMITS, name) || !Number.isInteger(value) || value < 1)
      config(`limits.${name} is not a limit, or no positive integer`)
  if (limits.maxBytesInFlight < limits.maxBodyBytes) config('limits.maxBytesInFlight holds at least one body')
  return limits
}
