import { hexToBytes } from '@noble/hashes/utils.js'
import { type EnvelopeInfo, type MaybePromise, SEALED_ENCODING, WaxsealError } from '@waxseal/core'
import { fromBase64, toBase64 } from '@waxseal/core/keys'
import { isTooDeep, jsonOfPayload, parseExactly } from '../http/json.js'
import { andThen, eachOf } from '../opening/at-once.js'
import type { CodecCall, Tally } from '../opening/codec-call.js'
import type { Opened, Opener } from '../opening/opener.js'
import type { InlineFields } from './inline-fields.js'
import { isJsonObject, type Json } from './payloads.js'

const MAX_DEPTH = 64
const looksSealed = (value: unknown): value is string => typeof value === 'string' && /^wax[1-9][0-9]*\./.test(value)
const escaped = (token: string): string => token.replaceAll('~', '~0').replaceAll('/', '~1')

/** The envelope that a member is, in one of the ways in which hosts write them down. */
function envelopeOf(value: unknown): string | Uint8Array | undefined {
  if (looksSealed(value)) return value
  // A column of bytes as PostgreSQL prints it.
  if (typeof value === 'string' && value.startsWith('\\xc101') && value.length % 2 === 0 && !/[^0-9a-f]/.test(value.slice(2)))
    return hexToBytes(value.slice(2))
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

/** Whether nothing sealed can be in it: most members are numbers and short texts, and there may be millions. */
const isBare = (value: unknown): boolean =>
  typeof value === 'string' ? !value.includes('wax') && !value.startsWith('\\xc101') : typeof value !== 'object' || value === null

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
export interface Found {
  readonly pointer: string
  /** How many envelopes it came out of. */
  readonly level: number
  /** Where the innermost of those stood. */
  readonly within: string | undefined
  readonly stored: unknown
  readonly inspect: () => EnvelopeInfo
  readonly open: () => Promise<Opened>
}

/** What becomes of something that was found; `opened` only where it was. */
export interface Visited {
  readonly value: unknown
  readonly opened?: Opened | undefined
}

/** Where the walk is. */
interface Where {
  readonly pointer: string
  /** Below the document, or below what an envelope held. */
  readonly depth: number
  readonly level: number
  readonly within: string | undefined
  /** Of a document around it that was opened: where it stands, and where the members that were sealed do. */
  readonly around?: { readonly pointer: string; readonly restored: ReadonlySet<string> } | undefined
}

const below = (where: Where, token: string): Where => ({
  ...where,
  pointer: `${where.pointer}/${escaped(token)}`,
  depth: where.depth + 1,
})
/** In what an envelope held that stood there. */
const inside = ({ pointer, level }: Where, envelope = pointer): Where => ({
  pointer,
  depth: 0,
  level: level + 1,
  within: envelope,
})

/**
 * Goes through a document and puts what `visit` gives in place of every envelope, those in texts of JSON and those that other envelopes
 * held included.
 */
export function createWalk(
  opener: Opener,
  call: CodecCall,
  tally: Tally,
  inline: InlineFields | undefined,
  maxEnvelopes: number,
  visit: (found: Found) => Promise<Visited>,
) {
  const { sealer } = opener
  let seen = 0

  /** At once, where nothing sealed is found. */
  function walk(value: unknown, given: Where): MaybePromise<unknown> {
    // Of too many, the rest is not even looked at.
    if (isBare(value) || seen > maxEnvelopes) return value
    const { around } = given
    const where = around?.restored.has(given.pointer) ? inside(given, around.pointer) : given
    // What envelopes and texts hold may nest as it likes, and is looked into no further.
    if (where.depth > MAX_DEPTH) return value
    const envelope = envelopeOf(value)
    if (envelope !== undefined) return visited(where, value, envelope, openingOf(where, envelope))
    const nested = nestedJson(value)
    if (nested !== undefined) {
      const shown = walk(nested, { ...where, depth: where.depth + 1, around: undefined })
      return andThen(shown, (shown) => (shown === nested ? value : JSON.stringify(shown)))
    }
    if (Array.isArray(value)) {
      const elements = eachOf<unknown, unknown>(value, (each, at) => (isBare(each) ? each : walk(each, below(where, String(at)))))
      return andThen(elements, (elements) => kept(value, elements))
    }
    if (!isJsonObject(value)) return value
    const data = sealedPayloadOf(value)
    if (data) {
      const payload = { metadata: { encoding: new TextEncoder().encode(SEALED_ENCODING) }, data }
      return visited(where, value, data, async () => {
        const opened = await opener.openPayload(call, payload, tally)
        return { ...opened, value: readable(opened.value) }
      })
    }
    if (Object.hasOwn(value, '$wax')) {
      const { $wax } = value
      const first = typeof $wax === 'string' ? $wax : isJsonObject($wax) ? Object.values($wax).find(looksSealed) : undefined
      if (first !== undefined) return visited(where, value, first, () => opener.openDocument(call, value, tally))
    }
    const entries = Object.entries(value)
    const members = eachOf(entries, ([name, member]) => (isBare(member) ? member : walk(member, below(where, name))))
    return andThen(members, (members) =>
      entries.every(([, member], at) => member === members[at])
        ? value
        : Object.fromEntries(entries.map(([name], at) => [name, members[at]])),
    )
  }

  /** A field that is sealed inline is bound to its place in the document; a value is not. */
  function openingOf({ level, pointer }: Where, envelope: string | Uint8Array): () => Promise<Opened> {
    const field = level === 0 && typeof envelope === 'string' ? inline?.fieldAt(pointer, envelope) : undefined
    return field ? () => opener.openField(call, field, envelope as string, tally) : () => opener.openValue(call, envelope, tally)
  }

  async function visited(
    where: Where,
    stored: unknown,
    envelope: string | Uint8Array,
    open: () => Promise<Opened>,
  ): Promise<unknown> {
    if (++seen > maxEnvelopes) return stored
    const { pointer, level, within } = where
    const found = { pointer, level, within, stored, inspect: () => sealer.inspect(envelope), open }
    const { value, opened } = await visit(found)
    if (!opened) return value
    if (!opened.restored) return walk(value, inside(where))
    // Of a document, only what was sealed came out of an envelope.
    const restored = new Set(opened.restored.map((field) => pointer + field))
    return walk(value, { ...where, depth: where.depth + 1, around: { pointer, restored } })
  }

  return (document: unknown): MaybePromise<unknown> => {
    if (isTooDeep(document, MAX_DEPTH)) throw new WaxsealError('too_large', `a document nests at most ${MAX_DEPTH} levels deep`)
    return andThen(walk(document, { pointer: '', depth: 0, level: 0, within: undefined }), (opened) => {
      if (seen > maxEnvelopes) throw new WaxsealError('too_large', `a document has at most ${maxEnvelopes} envelopes`)
      return opened
    })
  }
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
  const json = encoding.startsWith('json/') ? jsonOfPayload(bytes) : undefined
  if (json) return json.value
  return { encoding, data: toBase64(bytes) }
}
