import { type EnvelopeInfo, SEALED_ENCODING, WaxsealError, type WaxsealErrorCode } from '@waxseal/core'
import { fromBase64, toBase64 } from '@waxseal/core/keys'
import { isExactNumber, parseExactly } from '../http/json.js'
import { type CodecCall, counted, type Outcome, type Tally } from '../opening/codec-call.js'
import type { Opened, Opener } from '../opening/opener.js'
import type { Pairs } from '../opening/place.js'
import { isJsonObject, type Json } from './payloads.js'

/** What became of one envelope of a document. */
export interface ReportEntry {
  /** Where it stands in the document that was sent: a JSON Pointer. */
  readonly pointer: string
  readonly outcome: Outcome
  readonly kid?: string
  readonly keyVersion?: number
  readonly suite?: string
  /** Length of what is sealed, in bytes, padding included. */
  readonly bytes?: number
  /** The context that the envelope stores; not authenticated unless it was opened. */
  readonly context?: Pairs | null
}

const MAX_DEPTH = 64
const NONE: ReadonlySet<string> = new Set()
const looksSealed = (value: unknown): value is string => typeof value === 'string' && /^wax[1-9][0-9]*\./.test(value)
const escaped = (token: string): string => token.replaceAll('~', '~0').replaceAll('/', '~1')

/** Codes that tell of an outage; all others are one, so that nothing is learned from them. */
const LATER: readonly WaxsealErrorCode[] = ['provider_unavailable', 'throttled', 'timeout', 'key_not_resident']

function outcomeOfError(error: unknown): Outcome {
  if (!WaxsealError.is(error)) throw error
  if (error.code === 'closed' || error.code === 'aborted') throw error
  if (error.code === 'access_denied') return 'refused'
  return LATER.includes(error.code) ? 'unavailable' : 'failed'
}

/** The envelope that a member is, in one of the ways in which hosts write them down. */
function envelopeOf(value: unknown): string | Uint8Array | undefined {
  if (looksSealed(value)) return value
  // A column of bytes as PostgreSQL prints it.
  if (typeof value === 'string' && value.startsWith('\\xc101') && value.length % 2 === 0 && !/[^0-9a-f]/.test(value.slice(2)))
    return Uint8Array.from(value.slice(2).match(/../g)!, (pair) => Number.parseInt(pair, 16))
  return undefined
}

/** The payload of Temporal, or the encoded value of Open Job Spec, that an object is. */
function sealedPayloadOf(value: Json): Uint8Array | undefined {
  const { data, metadata, encoding, ojs_encoded: isOjs } = value
  const named =
    isOjs === true ? encoding : isJsonObject(metadata) && typeof metadata.encoding === 'string' ? metadata.encoding : undefined
  const isSealed = named === SEALED_ENCODING || named === btoa(SEALED_ENCODING)
  return isSealed && typeof data === 'string' ? fromBase64(data) : undefined
}

/** JSON within a text, as some columns hold it; undefined where the text is none that could hold an envelope. */
function nestedJson(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value) || !value.includes('wax')) return undefined
  try {
    return parseExactly(value)
  } catch {
    return undefined
  }
}

/** Something sealed that was found: `inspect` needs no key, `open` gives what the caller may see, `stored` is what stands there. */
interface Found {
  readonly pointer: string
  readonly stored: unknown
  readonly inspect: () => EnvelopeInfo
  readonly open: () => Promise<Opened>
}
type Visit = (found: Found) => Promise<unknown>

/** Goes through a document and puts what `visit` gives in place of every envelope, those in texts of JSON included. */
function createWalk(opener: Opener, call: CodecCall, tally: Tally, visit: Visit) {
  const { sealer } = opener

  async function walk(value: unknown, pointer: string, depth: number, done: ReadonlySet<string> = NONE): Promise<unknown> {
    if (done.has(pointer)) return value
    if (depth > MAX_DEPTH) throw new WaxsealError('too_large', `a document nests at most ${MAX_DEPTH} levels deep`)
    const envelope = envelopeOf(value)
    if (envelope !== undefined) {
      const open = () => opener.openValue(call, envelope, tally)
      return visit({ pointer, stored: value, inspect: () => sealer.inspect(envelope), open })
    }
    const nested = nestedJson(value)
    if (nested !== undefined) {
      const shown = await walk(nested, pointer, depth + 1)
      return shown === nested ? value : JSON.stringify(shown)
    }
    if (Array.isArray(value))
      return kept(value, await Promise.all(value.map((each, at) => walk(each, `${pointer}/${at}`, depth + 1, done))))
    if (!isJsonObject(value) || isExactNumber(value)) return value
    const data = sealedPayloadOf(value)
    if (data) {
      const payload = { metadata: { encoding: new TextEncoder().encode(SEALED_ENCODING) }, data }
      const open = async (): Promise<Opened> => {
        const opened = await opener.openPayload(call, payload, tally)
        return { ...opened, value: readable(opened.value) }
      }
      return visit({ pointer, stored: value, inspect: () => sealer.inspect(data), open })
    }
    if (Object.hasOwn(value, '$wax')) {
      const { $wax } = value
      const first = typeof $wax === 'string' ? $wax : isJsonObject($wax) ? Object.values($wax).find(looksSealed) : undefined
      if (first !== undefined) return walkDocument(value, first, pointer, depth)
    }
    const members = await Promise.all(
      Object.entries(value).map(
        async ([name, member]) => [name, await walk(member, `${pointer}/${escaped(name)}`, depth + 1, done)] as const,
      ),
    )
    return members.every(([name, member]) => member === value[name]) ? value : Object.fromEntries(members)
  }

  /** What was in clear beside a document's fields may hold envelopes too; what came out of its bundles is not looked into. */
  async function walkDocument(document: Json, first: string, pointer: string, depth: number): Promise<unknown> {
    let restored: readonly string[] | undefined
    const open = async (): Promise<Opened> => {
      const opened = await opener.openDocument(call, document, tally)
      restored = opened.restored
      return opened
    }
    const shown = await visit({ pointer, stored: document, inspect: () => sealer.inspect(first), open })
    return restored ? walk(shown, pointer, depth + 1, new Set(restored.map((field) => pointer + field))) : shown
  }

  return (document: unknown) => walk(document, '', 0)
}

const kept = (before: readonly unknown[], after: readonly unknown[]): unknown =>
  after.every((each, at) => each === before[at]) ? before : after

/** The value of a payload of JSON; the payload's own form where it holds something else. */
function readable({
  metadata,
  data,
}: {
  metadata?: Readonly<Record<string, Uint8Array>> | null | undefined
  data?: Uint8Array | null | undefined
}): unknown {
  const encoding = new TextDecoder().decode(metadata?.encoding)
  const bytes = data ?? new Uint8Array()
  try {
    if (encoding.startsWith('json/')) return parseExactly(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    // As any other bytes.
  }
  return { encoding, data: toBase64(bytes) }
}

/** Bytes have no place in JSON: they go as a payload of them would. */
const withoutBytes = (value: unknown): unknown =>
  value instanceof Uint8Array ? { encoding: 'binary/plain', data: toBase64(value) } : value

/** Any document in, every envelope in it opened in place, and a report of each: what fails stays as it was. */
export function createNativeDialect(opener: Opener, maxEnvelopes: number) {
  async function report(call: CodecCall, body: unknown, tally: Tally, opens: boolean): Promise<Json> {
    if (!isJsonObject(body) || !Object.hasOwn(body, 'document'))
      throw new WaxsealError('malformed', 'the body is an object with a document')
    const entries: ReportEntry[] = []
    let seen = 0
    const walk = createWalk(opener, call, tally, async ({ pointer, stored, inspect, open }) => {
      if (++seen > maxEnvelopes) throw new WaxsealError('too_large', `a document has at most ${maxEnvelopes} envelopes`)
      let described: Partial<ReportEntry> = {}
      try {
        const { kid, keyVersion, suite, frameBytes, context } = inspect()
        described = { kid, keyVersion, suite, bytes: frameBytes, context }
        if (!opens) {
          entries.push({ pointer, outcome: counted(tally, 'sealed'), ...described })
          return stored
        }
        const { value, outcome, context: used } = await open()
        entries.push({ pointer, outcome, ...described, context: used })
        return withoutBytes(value)
      } catch (error) {
        entries.push({ pointer, outcome: counted(tally, outcomeOfError(error)), ...described })
        return stored
      }
    })
    const document = await walk(body.document)
    entries.sort((a, b) => (a.pointer < b.pointer ? -1 : 1))
    return { document, report: entries }
  }

  /** How much the caller wants to see; `malformed` for what is no answer to that. */
  function shownBy(body: unknown): CodecCall['show'] {
    const show = isJsonObject(body) ? body.show : undefined
    if (show === undefined || show === 'masked') return show
    throw new WaxsealError('malformed', "show is 'masked', or not there")
  }

  return {
    open: async (call: CodecCall, body: unknown, tally: Tally) => report({ ...call, show: shownBy(body) }, body, tally, true),
    inspect: (call: CodecCall, body: unknown, tally: Tally) => report(call, body, tally, false),
  }
}
