import { WaxsealError } from '@waxseal/core'
import type { Caller } from '../callers/caller.js'
import type { Operation } from '../dialects/dialect.js'
import { isJsonObject, type Json } from '../dialects/payloads.js'
import type { Pairs, Surfaces } from '../opening/place.js'
import { callersNamed } from '../policy/who.js'
import { type AuditReader, auditPage, verdictOf } from './audit-page.js'
import { KEYS_PAGE, type KeyListing } from './key-listing.js'
import { createPage, type PageFile } from './page-response.js'

/** A document that the page offers to load: a job as a queue has it, a row, a history. */
export interface InspectorSample {
  readonly name: string
  readonly document: unknown
  /** Where its envelopes belong that store no context. */
  readonly context?: Pairs | undefined
}

export interface InspectorOptions {
  /** The page of keys. Default: there is none. */
  readonly keys?:
    | {
        /** Ids of callers, `group:NAME`, or `*`, as in a policy. */
        readonly who: readonly string[]
        /** Keys in the order of their kids, from behind `after`: `keystoreListing`, `sourceListing`, or your own. */
        readonly list: (page: { readonly after: string; readonly limit: number }) => Promise<readonly KeyListing[]>
      }
    | undefined
  /** The page of the trail. Default: there is none. */
  readonly audit?: { readonly who: readonly string[]; readonly trail: AuditReader } | undefined
  /** Documents that everybody who is known may load; sealed, as they are stored. Default: none. */
  readonly samples?: (() => Promise<readonly InspectorSample[]>) | undefined
}

/** What the inspector has to know of the server that it is part of. */
export interface ServerFacts {
  readonly reason: 'optional' | 'required'
  readonly surfaces: Surfaces
  readonly maxPayloads: number
  readonly maxBodyBytes: number
}

/** A page for a codec server, and the calls that the page makes beside `/open` and `/inspect`. */
export interface Inspector {
  /** The page and its files; undefined for what is none of them. */
  page(request: Request): Response | undefined
  /** By the segment beneath `/inspector`. */
  operations(server: ServerFacts): Readonly<Record<string, Operation & { readonly method: 'GET' | 'POST' }>>
}

const denied = (): never => {
  throw new WaxsealError('access_denied', 'this caller may not do that')
}

export function createInspector({ keys, audit, samples }: InspectorOptions, files: readonly PageFile[]): Inspector {
  const maySeeKeys = keys ? callersNamed(keys.who) : () => false
  const maySeeAudit = audit ? callersNamed(audit.who) : () => false
  if (keys && typeof keys.list !== 'function') throw new WaxsealError('config', 'keys.list gives the keys')
  if (audit && typeof audit.trail?.query !== 'function') throw new WaxsealError('config', 'audit.trail cannot be read')

  const pagesOf = (caller: Caller): string[] => [
    'document',
    ...(maySeeKeys(caller) ? ['keys'] : []),
    ...(maySeeAudit(caller) ? ['audit'] : []),
  ]

  async function listKeys(caller: Caller, body: unknown): Promise<Json> {
    if (!keys || !maySeeKeys(caller)) return denied()
    const after = isJsonObject(body) ? (body.after ?? '') : undefined
    if (typeof after !== 'string') throw new WaxsealError('malformed', 'the body is an object, and after is a kid')
    const listed = await keys.list({ after, limit: KEYS_PAGE })
    return { keys: listed, next: listed.length < KEYS_PAGE ? null : listed.at(-1)!.kid }
  }

  async function readAudit(caller: Caller, body: unknown, signal: AbortSignal): Promise<Json> {
    if (!audit || !maySeeAudit(caller)) return denied()
    if (!isJsonObject(body) || (body.verify !== undefined && typeof body.verify !== 'boolean'))
      throw new WaxsealError('malformed', 'the body is an object, and verify is true or false')
    return body.verify ? verdictOf(audit.trail, signal) : auditPage(audit.trail, body)
  }

  return Object.freeze<Inspector>({
    page: createPage(files),
    operations({ reason, surfaces, ...limits }) {
      const dialect = 'inspector'
      const kinds = Object.entries(surfaces).map(([name, { context }]) => ({
        name,
        values: Object.values(context).flatMap((text) => /^\{([^{}]+)\}$/.exec(text)?.[1] ?? []),
      }))
      return {
        whoami: {
          name: 'whoami',
          dialect,
          method: 'GET',
          run: async ({ caller: { id, groups }, caller }) => {
            const pages = pagesOf(caller)
            return {
              id,
              groups,
              pages,
              reason,
              surfaces: kinds,
              samples: samples !== undefined,
              verifies: !!audit?.trail.verify,
              limits,
            }
          },
        },
        keys: { name: 'keys', dialect, method: 'POST', run: ({ caller }, body) => listKeys(caller, body) },
        audit: { name: 'audit', dialect, method: 'POST', run: ({ caller, signal }, body) => readAudit(caller, body, signal) },
        samples: { name: 'samples', dialect, method: 'GET', run: async () => ({ samples: (await samples?.()) ?? [] }) },
      }
    },
  })
}
