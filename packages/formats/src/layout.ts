import type { LegacyCall, LegacyReader } from '@waxseal/core'

/** What a layout looks like, without keys. */
export interface Layout {
  readonly name: string
  /** Whether a ciphertext opens under one key alone. */
  readonly commits: boolean
  /** Whether a value is in this layout, by its shape alone: it may be damaged. */
  detects(value: unknown): boolean
  /** The id of the key, where the value names one that is readable; nothing of it is authentic. */
  keyIdOf?(value: unknown): string | undefined
}

/** A layout with keys that reads. */
export interface LayoutReader<Value = unknown> extends LegacyReader {
  open(stored: unknown, call?: LegacyCall): Promise<Value>
}

/** A layout with keys that reads and writes. */
export interface LayoutCodec<Stored, Value = unknown> extends LayoutReader<Value> {
  seal(value: Value): Promise<Stored>
}

type Members = Readonly<Record<string, unknown>>

const asObject = (value: unknown): Members | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
    ? (value as Members)
    : undefined

const MAX_LEVELS = 32

/** Whether JSON nests no deeper than any of the layouts does: text that does takes its parser long. */
function isShallow(text: string): boolean {
  let depth = 0
  for (const [bracket] of text.matchAll(/[[{\]}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1
    if (depth > MAX_LEVELS) return false
  }
  return true
}

/**
 * An object that has all these members of its own, or one as JSON text, as columns of JSON come from some drivers. Text that lacks
 * one of the names is not parsed.
 */
export function objectWith(value: unknown, names: readonly string[]): Members | undefined {
  let object = asObject(value)
  if (
    typeof value === 'string' &&
    /^\s*\{/.test(value) &&
    names.every((name) => value.includes(`"${name}"`)) &&
    isShallow(value)
  ) {
    try {
      object = asObject(JSON.parse(value))
    } catch {}
  }
  return object && names.every((name) => Object.hasOwn(object, name)) ? object : undefined
}

/** An own member of an object. */
export const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Members)[name] : undefined
