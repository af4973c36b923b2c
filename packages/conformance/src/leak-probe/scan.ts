import { WaxsealError } from '@waxseal/core'
import type { Canary } from './canaries.js'
import { inflated } from './compressed.js'
import { type Form, type Pattern, patternsOf } from './forms.js'
import { createMatcher, type Matcher } from './matcher.js'

/** Something to look into, and what to call it. */
export type Scanned = { readonly where: string } & ({ readonly text: string } | { readonly bytes: Uint8Array })

/** A value found where it may not be. It names the value by id only. */
export interface Hit {
  readonly where: string
  readonly id: string
  readonly form: Form | `${Form}, compressed`
}

export interface ScanReport {
  readonly hits: readonly Hit[]
  /** What was looked into: a report without hits says something only where this is not 0. */
  readonly items: number
  readonly bytes: number
}

export interface ScanOptions {
  /** Also look inside gzip, zlib and deflate streams. Default false. */
  readonly inflate?: boolean
}

const MIN_BYTES = 8

/**
 * Looks for every value in everything given: as it is, escaped as JSON, percent-encoded, in UTF-16, in base64 at any alignment
 * and alphabet, in hexadecimal, and on request compressed. Each place, value and form is reported once. `config` for a value
 * below 8 bytes, which chance would find.
 *
 * @example
 * const { hits } = await scan(postgresTables((sql) => db.query(sql).then(({ rows }) => rows)), Object.values(canaries))
 */
export async function scan(
  items: Iterable<Scanned> | AsyncIterable<Scanned>,
  needles: Iterable<Canary>,
  { inflate = false }: ScanOptions = {},
): Promise<ScanReport> {
  const { patterns, ids } = compile(needles)
  const match = createMatcher(patterns.map(({ bytes }) => bytes))
  const hits = new Map<string, Hit>()
  let count = 0
  let size = 0
  for await (const item of items) {
    const bytes = 'bytes' in item ? item.bytes : new TextEncoder().encode(item.text)
    count++
    size += bytes.length
    const report = (compressed: boolean) => (index: number) => {
      const form = `${patterns[index]!.form}${compressed ? ', compressed' : ''}` as Hit['form']
      const hit: Hit = Object.freeze({ where: item.where, id: ids[index]!, form })
      hits.set(JSON.stringify(hit), hit)
    }
    search(match, bytes, report(false))
    if (inflate) for await (const content of inflated(bytes)) search(match, content, report(true))
  }
  return Object.freeze({ hits: Object.freeze([...hits.values()]), items: count, bytes: size })
}

/** One line for each hit, for the message of a test that fails. */
export const describeHits = (hits: readonly Hit[]): string =>
  hits.map(({ where, id, form }) => `${where}: ${id} as ${form}`).join('\n')

function compile(needles: Iterable<Canary>): { patterns: Pattern[]; ids: string[] } {
  const patterns: Pattern[] = []
  const ids: string[] = []
  for (const { id, value } of needles) {
    if (new TextEncoder().encode(value).length < MIN_BYTES)
      throw new WaxsealError('config', `${id}: a value to look for has at least ${MIN_BYTES} bytes`)
    for (const pattern of patternsOf(value)) {
      patterns.push(pattern)
      ids.push(id)
    }
  }
  return { patterns, ids }
}

function search(match: Matcher, bytes: Uint8Array, found: (pattern: number) => void): void {
  match(bytes, found)
  // Writers of base64 and hexadecimal break lines, some with the two characters that JSON makes of a line end.
  const joined = withoutBreaks(bytes)
  if (joined.length < bytes.length) match(joined, found)
}

function withoutBreaks(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length)
  let at = 0
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!
    if (byte === 10 || byte === 13 || byte === 32 || byte === 9) continue
    if (byte === 92 && (bytes[i + 1] === 110 || bytes[i + 1] === 114)) i++
    else out[at++] = byte
  }
  return out.subarray(0, at)
}
