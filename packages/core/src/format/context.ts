import { fail, openFailed } from '../errors.js'
import { compareUtf8, encoder, readU32be, u32be, utf8Decode } from './bytes.js'

/** What binds an envelope to its place: a flat map of strings, at least one, or the explicit `'none'`. */
export type Context = Readonly<Record<string, string>> | 'none'

/** For display and tools: take the stored context if it holds every expected pair (spec section 5). */
export interface StoredContext {
  readonly stored: Readonly<Record<string, string>> | 'any'
}

type Pair = readonly [key: string, value: string]

const MAX_PAIRS = 32
const MAX_BYTES = 65536
const MAX_STORED_BYTES = 4096
const CACHE_ENTRIES = 256

/** The caller's own members, validated. */
function pairsOf(context: Readonly<Record<string, string>>, what: string): Pair[] {
  if (typeof context !== 'object' || context === null || Array.isArray(context))
    fail('context_required', `${what} must be an object of strings`)
  const keys = Object.keys(context)
  if (keys.length === 0) fail('context_required', `${what} has no pair: say context: 'none' if that is meant`)
  // Alone it would read as the request for a stored context.
  if (keys.length === 1 && keys[0] === 'stored') fail('config', `${what} cannot consist of the name stored alone`)
  if (keys.length > MAX_PAIRS) fail('config', `${what} has ${keys.length} pairs, at most ${MAX_PAIRS} are allowed`)
  return keys.map((key) => {
    const value = context[key]
    if (key.startsWith('$')) fail('config', `${what} has a name that begins with $: those belong to the specification`)
    if (typeof value !== 'string')
      fail('config', `${what} holds a value that is no string (${value === null ? 'null' : typeof value})`)
    if (!key.isWellFormed() || !value.isWellFormed()) fail('config', `${what} holds an ill-formed string`)
    return [key, value]
  })
}

const cache = new Map<string, Uint8Array>()
let last: { readonly own: readonly Pair[]; readonly added: readonly Pair[]; readonly encoded: Uint8Array } | undefined

function samePairs(a: readonly Pair[], b: readonly Pair[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i]![0] !== b[i]![0] || a[i]![1] !== b[i]![1]) return false
  return true
}

/** The encoding of the context that was encoded last, if these are its members in its order: then they are valid as well. */
function encodedLast(context: Context | undefined, added: readonly Pair[]): Uint8Array | undefined {
  // Taken once: a member of the caller's may be a getter, and seal or open under another context itself.
  const kept = last
  if (!kept || typeof context !== 'object' || context === null || Array.isArray(context)) return undefined
  const names = Object.keys(context)
  if (names.length === 0 || names.length !== kept.own.length) return undefined
  for (let i = 0; i < names.length; i++) {
    const [name, value] = kept.own[i]!
    if (names[i] !== name || context[name] !== value) return undefined
  }
  return samePairs(added, kept.added) ? kept.encoded : undefined
}

/** u32be(count) || (lp(key) || lp(value))*, sorted by the UTF-8 bytes of the key. */
function encodePairs(own: readonly Pair[], added: readonly Pair[] = []): Uint8Array {
  // Contexts repeat from job to job, mostly at once: the encoding is kept by content, which an injective text of the pairs identifies.
  if (last && samePairs(own, last.own) && samePairs(added, last.added)) return last.encoded
  const pairs = [...own, ...added]
  let id = ''
  for (const [key, value] of pairs) id += `${key.length}:${key}${value.length}:${value}`
  let encoded = cache.get(id)
  if (!encoded) {
    // Into one array: rows of a database have a context each, and many small arrays cost more than what they hold.
    const out = new Uint8Array(id.length * 3 + pairs.length * 8 + 4)
    out.set(u32be(pairs.length))
    let at = 4
    for (const text of pairs.toSorted((a, b) => compareUtf8(a[0], b[0])).flat()) {
      const { written } = encoder.encodeInto(text, out.subarray(at + 4))
      out.set(u32be(written), at)
      at += 4 + written
    }
    encoded = out.slice(0, at)
    if (encoded.length > MAX_BYTES) fail('too_large', `the context is ${encoded.length} bytes, at most ${MAX_BYTES} are allowed`)
  }
  if (id.length < 1024) {
    last = { own, added, encoded }
    cache.set(id, encoded)
    if (cache.size > CACHE_ENTRIES) cache.clear()
  }
  return encoded
}

/** Contexts that were read from envelopes: nobody can change those, and a header that repeats gives the same one. */
const readContexts = new WeakMap<object, { encoded?: Uint8Array }>()

/** Canonical context (spec section 5): the caller's pairs and those that the specification adds. */
export function canonicalContext(context: Context | undefined, added: readonly Pair[] = []): Uint8Array {
  const same = encodedLast(context, added)
  if (same) return same
  const read = added.length === 0 ? readContexts.get(context as object) : undefined
  if (read?.encoded) return read.encoded
  const own = context === 'none' ? [] : pairsOf(context as Readonly<Record<string, string>>, 'context')
  const encoded = encodePairs(own, added)
  if (read) read.encoded = encoded
  return encoded
}

/** Canonical encoding of a wrap context (spec section 4), which holds no `$` pair. */
export const canonicalPairs = (pairs: Readonly<Record<string, string>>): Uint8Array => encodePairs(pairsOf(pairs, 'wrap context'))

/** The stored form: the caller's pairs alone. */
export function storedContext(context: Context): Uint8Array {
  if (context === 'none') fail('context_required', "a context of 'none' cannot be stored")
  const encoded = encodePairs(pairsOf(context, 'context'))
  if (encoded.length > MAX_STORED_BYTES)
    fail('too_large', `the stored context is ${encoded.length} bytes, at most ${MAX_STORED_BYTES} are allowed`)
  return encoded
}

/** Reads a stored context; whatever is not its own re-encoding is `malformed`. */
export function parseStoredContext(bytes: Uint8Array): Readonly<Record<string, string>> {
  const context: Record<string, string> = {}
  let at = 4
  const text = (): string => {
    if (at + 4 > bytes.length) malformed()
    const end = at + 4 + readU32be(bytes, at)
    if (end > bytes.length) malformed()
    const value = utf8Decode(bytes.subarray(at + 4, end))
    at = end
    return value
  }
  const count = bytes.length < 4 ? 0 : readU32be(bytes, 0)
  if (count < 1 || count > MAX_PAIRS) malformed()
  let last: string | undefined
  for (let i = 0; i < count; i++) {
    const key = text()
    if (key.startsWith('$') || (last !== undefined && compareUtf8(last, key) >= 0)) malformed()
    // Defined, not assigned: a stored name may be __proto__.
    Object.defineProperty(context, key, { value: text(), enumerable: true, configurable: true, writable: true })
    last = key
  }
  if (at !== bytes.length) malformed()
  readContexts.set(Object.freeze(context), {})
  return context
}

const malformed = (): never => fail('malformed', 'the stored context is malformed')

/** The stored context, if it holds every expected pair. */
export function acceptStored(
  context: Readonly<Record<string, string>> | undefined,
  { stored: expected }: StoredContext,
): Readonly<Record<string, string>> {
  if (!context) return fail('context_required', 'the envelope stores no context: supply it')
  if (expected === 'any') return context
  for (const [key, value] of pairsOf(expected, 'the expected context')) {
    if (!Object.hasOwn(context, key) || context[key] !== value) openFailed()
  }
  return context
}
