import { type RawBuilder, sql } from 'kysely'
import type { CurrentKey, Narrowing } from '../engine/target.js'
import type { KeyRef } from '../retirement/key-ref.js'
import { bytes, type SqlDialect } from './dialect.js'

/** What a column holds: envelopes as text or as bytes, or JSON documents with `$wax`. */
export type SealedColumnKind = 'text' | 'bytes' | 'document'

const SUITES = { 'aes-256-gcm': { token: 'c256', id: 1 }, 'chacha20-poly1305': { token: 'c20', id: 2 } } as const
const LETTERS = ['', 'w', 'x', 'wx']
const WRAPPED = 1

/** What the string form begins with under a key (spec section 3): one text a suite and mode. */
export function textPrefixes({ kid, version }: KeyRef, suites = Object.values(SUITES), modes = [0, 1, 2, 3]): string[] {
  const place = version === undefined ? `${kid}~` : `${kid}~${version}.`
  return suites.flatMap(({ token }) => modes.map((mode) => `wax1.${token}${LETTERS[mode]}.${place}`))
}

function leb128(value: number): number[] {
  const low = value % 128
  return value < 128 ? [low] : [low | 0x80, ...leb128((value - low) / 128)]
}

/** What the binary form begins with under a key (spec section 2). */
export function bytePrefixes({ kid, version }: KeyRef, suites = Object.values(SUITES), modes = [0, 1, 2, 3]): Uint8Array[] {
  const place = [kid.length, ...new TextEncoder().encode(kid), ...(version === undefined ? [] : leb128(version))]
  return suites.flatMap(({ id }) => modes.map((mode) => Uint8Array.of(0xc1, 1, id, mode, ...place)))
}

const anyOf = (conditions: readonly RawBuilder<boolean>[]): RawBuilder<boolean> => sql`(${sql.join(conditions, sql` or `)})`

/** The first byte string behind all that begin with this one; the last byte of a prefix is below 255. */
const behind = (prefix: Uint8Array) => Uint8Array.of(...prefix.subarray(0, -1), prefix.at(-1)! + 1)

interface Matcher {
  readonly under: (key: KeyRef) => RawBuilder<boolean>
  /** With a wrapped data key, in which others may be named. */
  readonly wrapped: () => RawBuilder<boolean>
  /** Of a version or suite that is not known here. */
  readonly unknown: () => RawBuilder<boolean>
  readonly current: (key: CurrentKey) => RawBuilder<boolean>
}

function textMatcher(dialect: SqlDialect, column: RawBuilder<unknown>): Matcher {
  // Prefixes have no character that means something in a pattern. SQLite's `like` ignores case, its `glob` does not; MySQL's
  // collations may ignore it too, so that the bytes are compared behind what an index can answer.
  const begins = (text: string): RawBuilder<boolean> => {
    if (dialect === 'sqlite') return sql`${column} glob ${`${text}*`}`
    const like = sql<boolean>`${column} like ${`${text}%`}`
    return dialect === 'mysql' ? sql`(${like} and ${bytesOfText} like ${`${text}%`})` : like
  }
  // As UTF-8, whatever the column's own characters are.
  const bytesOfText = sql`cast(convert(${column} using utf8mb4) as binary)`
  const beginWith = (texts: readonly string[]) => anyOf(texts.map(begins))
  return {
    under: (key) => beginWith(textPrefixes(key)),
    wrapped: () => beginWith(['wax1.c256w', 'wax1.c20w']),
    unknown: () =>
      sql`((${begins('wax')} and not ${begins('wax1.c256')} and not ${begins('wax1.c20')}) or ${holdsBytes(dialect, column)})`,
    current: (key) => beginWith(textPrefixes(key, [SUITES[key.suite]], key.wrapped ? [1, 3] : [0, 2])),
  }
}

function bytesMatcher(dialect: SqlDialect, column: RawBuilder<unknown>): Matcher {
  const begins = (prefix: Uint8Array): RawBuilder<boolean> =>
    sql`(${column} >= ${bytes(prefix)} and ${column} < ${bytes(behind(prefix))})`
  const beginWith = (prefixes: readonly Uint8Array[]) => anyOf(prefixes.map(begins))
  const known = [1, 2].map((suite) => Uint8Array.of(0xc1, 1, suite))
  return {
    under: (key) => beginWith(bytePrefixes(key)),
    wrapped: () => beginWith(known.flatMap((head) => [1, 3].map((mode) => Uint8Array.of(...head, mode)))),
    unknown: () => sql`((${begins(Uint8Array.of(0xc1))} and not ${beginWith(known)}) or ${holdsText(dialect, column, begins)})`,
    current: (key) => beginWith(bytePrefixes(key, [SUITES[key.suite]], key.wrapped ? [WRAPPED, WRAPPED | 2] : [0, 2])),
  }
}

/** Envelopes as bytes in what is said to hold text: counting goes by what is stored, not by what is said. */
function holdsBytes(dialect: SqlDialect, column: RawBuilder<unknown>): RawBuilder<boolean> {
  if (dialect === 'postgres') return sql`left(${column}::text, 4) = ${'\\xc1'}`
  if (dialect === 'sqlite') return sql`typeof(${column}) = 'blob'`
  return sql`left(cast(${column} as binary), 1) = ${bytes(Uint8Array.of(0xc1))}`
}

/** Envelopes as text in what is said to hold bytes. */
function holdsText(
  dialect: SqlDialect,
  column: RawBuilder<unknown>,
  begins: (prefix: Uint8Array) => RawBuilder<boolean>,
): RawBuilder<boolean> {
  const text = begins(new TextEncoder().encode('wax'))
  return dialect === 'sqlite' ? sql`(${text} or typeof(${column}) = 'text')` : text
}

/** What a target may leave out, as a condition; undefined where SQL cannot tell. */
export function narrowed(
  dialect: SqlDialect,
  kind: SealedColumnKind,
  column: RawBuilder<unknown>,
  narrowing: Narrowing | undefined,
): RawBuilder<boolean> | undefined {
  // A document may hold several envelopes, anywhere, and its text may be written in several ways: only parsing tells.
  if (!narrowing || kind === 'document') return undefined
  const matcher = kind === 'text' ? textMatcher(dialect, column) : bytesMatcher(dialect, column)
  if ('notOn' in narrowing) return sql`not ${matcher.current(narrowing.notOn)}`
  // What is unknown is asked for apart: it lies all over an index.
  return anyOf([...narrowing.on.map(matcher.under), matcher.wrapped(), ...(narrowing.unknown ? [matcher.unknown()] : [])])
}
