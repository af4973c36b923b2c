import { isObject } from '@waxseal/adapter-kit'

type Members = Readonly<Record<string, unknown>>

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g

/** Whether `after` has every member of `before`, and may have more; of lists, as many. */
function extendsIt(before: unknown, after: unknown): boolean {
  if (Array.isArray(before)) return Array.isArray(after) && before.length === after.length
  return isObject(before) && isObject(after) && Object.keys(before).every((name) => Object.hasOwn(after, name))
}

const own = (value: Members, name: string): unknown => (Object.hasOwn(value, name) ? value[name] : undefined)

/**
 * The text of a JSON value in which what differs between `before` and `after` is exchanged, each at its own place: everything else
 * stays as it was written, such as the digits of numbers beyond JavaScript's.
 */
export function editedText(text: string, before: unknown, after: unknown): string {
  const tokens = [...text.matchAll(TOKEN)]
  const parts: string[] = []
  let [at, copied] = [0, 0]
  const put = (from: number, to: number, written: string) => {
    parts.push(text.slice(copied, from), written)
    copied = to
  }
  const read = (): string => tokens[at++]![0]

  /** Passes a value, however deep it is, and gives its last token. */
  function pass(): RegExpExecArray {
    let depth = 0
    do {
      const token = read()
      if (token === '{' || token === '[') depth++
      else if (token === '}' || token === ']') depth--
    } while (depth > 0)
    return tokens[at - 1]!
  }

  function walk(old: unknown, next: unknown): void {
    const first = tokens[at]!
    // A member may stand in the text twice; the last is the one that counts.
    if (!extendsIt(old, next) || old === next || first[0] !== (Array.isArray(old) ? '[' : '{')) {
      const last = pass()
      if (old !== next) put(first.index, last.index + last[0].length, JSON.stringify(next))
      return
    }
    const closing = read() === '{' ? '}' : ']'
    let count = 0
    for (; tokens[at]![0] !== closing; count++) {
      if (count > 0) at++
      const name = closing === '}' ? (JSON.parse(read()) as string) : String(count)
      if (closing === '}') at++
      walk(own(old as Members, name), own(next as Members, name))
    }
    const added = Object.entries(next as Members).filter(([name]) => !Object.hasOwn(old as Members, name))
    const written = added.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join()
    const end = tokens[at++]!.index
    if (written !== '') put(end, end, count > 0 ? `,${written}` : written)
  }
  walk(before, after)
  return parts.join('') + text.slice(copied)
}
