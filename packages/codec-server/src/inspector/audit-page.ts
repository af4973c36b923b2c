import { WaxsealError } from '@waxseal/core'
import type { Json } from '../dialects/payloads.js'

/** A record of an audit trail, as far as the page shows it. */
export interface ReadRecord {
  readonly seq: number
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly actor: string
  readonly operation: string
  readonly subject: string | null
  readonly outcome: string
  readonly details: Readonly<Record<string, string | number | boolean | null>>
}

interface Filter {
  readonly actor?: string | undefined
  readonly operation?: string | undefined
  readonly from?: number | undefined
  readonly to?: number | undefined
}

type Verdict = { readonly ok: boolean; readonly last: number; readonly flaw?: { readonly seq: number; readonly reason: string } }

/** What is read of a trail; an audit trail of `@waxseal/audit` whose sink can read is one. */
export interface AuditReader {
  /** Records behind number `after` in order, at most `limit`. */
  query(query: Filter & { readonly after: number; readonly limit: number }): Promise<readonly ReadRecord[]>
  /** Tells the number of the last record. */
  checkpoint(): Promise<{ readonly seq: number }>
  /** Without it the page offers no verification. */
  verify?(options: { readonly signal: AbortSignal }): Promise<Verdict>
}

/** Records of a page. */
const PAGE = 50
/** The most that a trail gives at once. */
const MAX_LIMIT = 1000
/** Questions for one page: where little is found in so many, the next page goes on from there. */
const MAX_QUERIES = 12

const optional = <T>(value: unknown, fits: (value: unknown) => value is T, name: string): T | undefined => {
  if (value === undefined || value === null) return undefined
  if (!fits(value)) throw new WaxsealError('malformed', `${name} is nothing to look for`)
  return value === '' ? undefined : value
}
const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= 255
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0

/** Says what the trail says of itself: that it was changed is an answer; that it cannot be read is an outage. */
async function told<T>(
  read: () => Promise<T>,
): Promise<T | { readonly records: []; readonly next: null; readonly tampered: true }> {
  try {
    return await read()
  } catch (error) {
    if (WaxsealError.is(error)) throw error
    if ((error as { code?: unknown }).code === 'tampered') return { records: [], next: null, tampered: true }
    throw new WaxsealError('provider_unavailable', 'the trail cannot be read', { cause: error })
  }
}

/** A page of records, newest first; `next` is where the one behind it begins, null at the end. */
export function auditPage(trail: AuditReader, body: Json): Promise<Json> {
  const filter = {
    actor: optional(body.actor, isText, 'actor'),
    operation: optional(body.operation, isText, 'operation'),
    from: optional(body.from, isWhole, 'from'),
    to: optional(body.to, isWhole, 'to'),
  }
  const before = optional(body.before, isWhole, 'before')
  return told(async () => newestFirst(trail, filter, before ?? (await trail.checkpoint()).seq + 1))
}

/** A trail is read forwards: this goes back in windows, wider where little is found and narrower where there is too much. */
async function newestFirst(trail: AuditReader, filter: Filter, before: number): Promise<Json> {
  const found: ReadRecord[] = []
  let end = before
  let width = MAX_LIMIT
  for (let queries = 0; found.length < PAGE && end > 1 && queries < MAX_QUERIES; queries++) {
    const after = Math.max(0, end - 1 - width)
    const limit = Math.min(width, MAX_LIMIT)
    const read = await trail.query({ ...filter, after, limit })
    const records = read.filter(({ seq }) => seq < end)
    if (read.length === limit && records.length === limit && width > limit) {
      width = MAX_LIMIT
      continue
    }
    found.push(...records.toReversed())
    end = after + 1
    if (records.length < PAGE) width *= 8
  }
  const records = found.slice(0, PAGE)
  const next = found.length > PAGE ? records.at(-1)!.seq : end
  return { records, next: next > 1 ? next : null }
}

/** Reads the whole trail, and names what is wrong first. */
export async function verdictOf(trail: AuditReader, signal: AbortSignal): Promise<Json> {
  if (!trail.verify) throw new WaxsealError('malformed', 'this trail cannot be verified here')
  return told(async () => {
    const { ok, last, flaw } = await trail.verify!({ signal })
    return { ok, last, ...(flaw && { flaw: { seq: flaw.seq, reason: flaw.reason } }) }
  })
}
