import { isObject } from '../engine/envelopes.js'

const SPACE = ' \t\n\r'
const BEHIND_VALUE = `,]}${SPACE}`

/**
 * The text of a document whose envelopes were replaced: strings that differ between two documents of one shape. They are exchanged in
 * the text itself, each at its own place, so that everything else stays as it was written: numbers beyond JavaScript's, white space,
 * the order of members, and what only looks like an envelope that was replaced.
 */
export function replacedInText(text: string, before: unknown, after: unknown): string {
  const parts: string[] = []
  let [at, copied] = [0, 0]
  // The text has been parsed before: it is JSON, and nests no deeper than a document may.
  function space(): void {
    while (at < text.length && SPACE.includes(text[at]!)) at++
  }
  function string(): string {
    const from = at++
    while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
    at++
    return JSON.parse(text.slice(from, at)) as string
  }
  const memberOf = (value: unknown, name: string | number) =>
    isObject(value) && Object.hasOwn(value, name) ? value[name as string] : undefined
  function members(old: unknown, next: unknown): void {
    const named = text[at++] === '{'
    space()
    for (let index = 0; text[at] !== '}' && text[at] !== ']'; index++) {
      let name: string | number = index
      if (named) {
        name = string()
        space()
        at++
      }
      walk(memberOf(old, name), memberOf(next, name))
      if (text[at] === ',') at++
      space()
    }
    at++
  }
  function walk(old: unknown, next: unknown): void {
    space()
    if (text[at] === '"') {
      const from = at
      if (string() === old && typeof next === 'string' && next !== old) {
        parts.push(text.slice(copied, from), JSON.stringify(next))
        copied = at
      }
    } else if (text[at] === '{' || text[at] === '[') members(old, next)
    else while (at < text.length && !BEHIND_VALUE.includes(text[at]!)) at++
    space()
  }
  walk(before, after)
  return parts.join('') + text.slice(copied)
}
