import { isObject } from '../envelopes.js'

/** Strings that differ between two documents of one shape. */
function changedStrings(before: unknown, after: unknown): [string, string][] {
  if (typeof before === 'string' && typeof after === 'string') return before === after ? [] : [[before, after]]
  if (!isObject(before) || !isObject(after)) return []
  return Object.entries(before).flatMap(([name, member]) => changedStrings(member, after[name]))
}

/**
 * The text of a document whose envelopes were replaced. They are exchanged in the text itself, so that everything else stays as it
 * was written: numbers beyond JavaScript's, white space, the order of members.
 */
export function replacedInText(text: string, before: unknown, after: unknown): string {
  let result = text
  for (const [old, next] of changedStrings(before, after)) {
    const parts = result.split(`"${old}"`)
    // Written with escapes, or there a second time in a clear member: then JSON writes it anew.
    if (parts.length !== 2) return JSON.stringify(after)
    result = parts.join(`"${next}"`)
  }
  return result
}
