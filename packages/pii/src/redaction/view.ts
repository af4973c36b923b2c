import { extraNames, isError, isPlainError, rebuiltError, textsOf } from './error-members.js'
import { bytesOf, hasToJson, isComputed, isEntries, isKept, isOnly, isPlain, isPrimitive, textOf, WRITING } from './exotic.js'
import { NOT_REDACTED } from './replacement.js'

/** A member that is read as a text: the text, and what may stand there while it is as it was. */
type Original = readonly [text: unknown, original: unknown]

/** What a part of a view stands for, where it is not the very object that was given. */
export interface Side {
  /** The object itself, where it may be shown once nothing is found in it. */
  readonly source: object | undefined
  readonly originals: ReadonlyMap<string, Original> | undefined
  /** Makes what is shown of the members of the view. */
  readonly build: ((members: object) => unknown) | undefined
}

/** Any value as JSON: what a detector can read. */
export interface View {
  /** Containers that are not in `sides` are the given ones, and hold JSON only. */
  readonly value: unknown
  readonly sides: Map<object, Side>
}

export interface ViewOptions {
  /** Levels below the root; 1 to 400. Default 100. */
  readonly maxDepth?: number | undefined
  /** Members and elements looked at in all. Default 100 000. */
  readonly maxMembers?: number | undefined
}

/** A container while it is read. */
interface Draft {
  readonly view: object
  originals: Map<string, Original> | undefined
  /** The given container may be shown in place of the view. */
  faithful: boolean
}

const draftOf = (view: object, faithful: boolean): Draft => ({ view, originals: undefined, faithful })

/** Assignment would change the prototype. */
export function setMember(target: object, key: string, value: unknown): void {
  if (key !== '__proto__') (target as Record<string, unknown>)[key] = value
  else Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true })
}

/** Names that no member of an object has yet. Counts are kept: many names may be redacted to the same. */
function createNames(): (members: object, name: string) => string {
  const counts = new WeakMap<object, Map<string, number>>()
  return (members, name) => {
    if (!Object.hasOwn(members, name)) return name
    const known = counts.get(members) ?? new Map<string, number>()
    counts.set(members, known)
    let count = known.get(name) ?? 2
    while (Object.hasOwn(members, `${name} (${count})`)) count++
    known.set(name, count + 1)
    return `${name} (${count})`
  }
}

const more = (count: number): string => `[${count} more]`

/**
 * Reads any value as JSON, within bounds. Objects that are JSON already stand for themselves; what is read in another way keeps what it
 * was for as long as nothing is found in it. Names of members are redacted here.
 */
export function viewOf(
  root: unknown,
  { maxDepth = 100, maxMembers = 100_000 }: ViewOptions,
  redactName: (name: string) => string,
): View {
  const sides = new Map<object, Side>()
  const above = new Set<object>()
  const free = createNames()
  let left = maxMembers

  function put(draft: Draft, name: string, given: unknown, seen: unknown): void {
    setMember(draft.view, name, seen)
    if (seen === given) return
    if (seen === NOT_REDACTED) draft.faithful = false
    else if (isKept(given) && !WRITING.has(name)) {
      draft.originals ??= new Map()
      draft.originals.set(name, [seen, given])
    } else draft.faithful &&= typeof seen === 'object' && seen !== null && sides.get(seen)?.source === given
  }

  function done({ view, originals, faithful }: Draft, given: object, build?: Side['build']): object {
    sides.set(view, { source: faithful ? given : undefined, originals, build })
    return view
  }

  function read(value: unknown): unknown {
    if (isPrimitive(value)) return typeof value === 'symbol' ? String(value) : value
    try {
      return readObject(value as object)
    } catch {
      return NOT_REDACTED
    }
  }

  function readObject(value: object): unknown {
    const prototype = Object.getPrototypeOf(value)
    const isJson = prototype === Object.prototype || prototype === Array.prototype
    const text = isJson ? undefined : textOf(value)
    if (text !== undefined) return text
    if (value instanceof Number || value instanceof Boolean) return value.valueOf()
    const bytes = bytesOf(value)
    if (bytes >= 0) return `[bytes ${bytes}]`
    if (above.has(value)) return '[circular]'
    if (above.size > maxDepth) return '[too deep]'
    above.add(value)
    try {
      if (!isJson && isError(value)) return readError(value)
      if (!isJson && isEntries(value)) return readEntries(value)
      if (!isJson && value instanceof Set) return readSet(value)
      if (hasToJson(value)) return readJson(value)
      return Array.isArray(value) ? readArray(value) : readMembers(value)
    } finally {
      above.delete(value)
    }
  }

  /** As JSON has it: once, and what it returns is read for its members. */
  function readJson(value: { toJSON(): unknown }): unknown {
    const json = value.toJSON()
    if (json === value || typeof json === 'function') return readMembers(value)
    return isPrimitive(json) || textOf(json) !== undefined || !hasToJson(json as object)
      ? read(json)
      : readMembers(json as object)
  }

  function readArray(array: readonly unknown[]): object {
    const count = Math.min(array.length, left)
    left -= count
    // An array may have other members: a match of an expression has its input.
    const isWhole = count === array.length && Object.keys(array).length === count && Reflect.ownKeys(array).length === count + 1
    let draft = isWhole && Object.getPrototypeOf(array) === Array.prototype ? undefined : draftOf([], false)
    for (let at = 0; at < count; at++) {
      const member = array[at]
      const seen = read(member)
      const computed = isComputed(array, String(at))
      if (seen !== member || computed) draft ??= draftOf(array.slice(0, at), true)
      if (!draft) continue
      put(draft, String(at), member, seen)
      draft.faithful &&= !computed
    }
    if (!draft) return array
    if (count < array.length) setMember(draft.view, String(count), more(array.length - count))
    return done(draft, array)
  }

  function readMembers(value: object): object {
    const keys = Object.keys(value)
    const count = Math.min(keys.length, left)
    left -= count
    const isWhole = count === keys.length && Reflect.ownKeys(value).length === count && !hasToJson(value)
    let draft = isWhole && isPlain(Object.getPrototypeOf(value)) ? undefined : draftOf({}, false)
    const begun = (until: number): Draft => {
      const next = draftOf({}, true)
      for (const key of keys.slice(0, until)) setMember(next.view, key, (value as Record<string, unknown>)[key])
      return next
    }
    for (let at = 0; at < count; at++) {
      const key = keys[at] as string
      const name = redactName(key)
      let member: unknown
      let seen: unknown = NOT_REDACTED
      try {
        member = (value as Record<string, unknown>)[key]
        seen = read(member)
      } catch {}
      const stays = name === key && seen === member && !isComputed(value, key)
      if (stays && !draft) continue
      draft ??= begun(at)
      put(draft, free(draft.view, name), member, seen)
      draft.faithful &&= name === key && (stays || seen !== member) && !isComputed(value, key)
    }
    if (!draft) return value
    if (count < keys.length) setMember(draft.view, free(draft.view, '…'), more(keys.length - count))
    return done(draft, value)
  }

  function readSet(set: ReadonlySet<unknown>): object {
    const elements = [...set]
    const view = readArray(elements)
    const side = sides.get(view)
    const source = isOnly(set, Set.prototype) && (side === undefined || side.source === elements) ? set : undefined
    sides.set(view, { source, originals: side?.originals, build: (members) => new Set(members as unknown[]) })
    return view
  }

  /** A map, or what is read like one. Keys that are objects are members of their own. */
  function readEntries(entries: Iterable<[unknown, unknown]>): object {
    const isMap = entries instanceof Map
    const draft = draftOf({}, isMap && isOnly(entries, Map.prototype))
    const { view } = draft
    const places: (readonly [key: unknown, keyPlace: string | undefined, place: string])[] = []
    let over = 0
    for (const [key, member] of entries) {
      if (left <= 0) over++
      else {
        left--
        const plain = isPrimitive(key) ? String(key) : undefined
        const name = redactName(plain ?? 'value')
        const place = free(view, name)
        put(draft, place, member, read(member))
        const keyPlace = plain === undefined ? free(view, 'key') : undefined
        if (keyPlace !== undefined) put(draft, keyPlace, key, read(key))
        const stays = plain === undefined || name === plain
        draft.faithful &&= stays
        places.push([stays ? key : place, keyPlace, place])
      }
    }
    draft.faithful &&= over === 0
    if (over > 0 && !isMap) setMember(view, free(view, '…'), more(over))
    return done(draft, entries as object, (members) => {
      if (!isMap) return members
      const at = members as Record<string, unknown>
      const map = new Map(places.map(([key, keyPlace, place]) => [keyPlace === undefined ? key : at[keyPlace], at[place]]))
      return over > 0 ? map.set('…', more(over)) : map
    })
  }

  function readError(error: Error): object {
    const name = typeof error.name === 'string' ? error.name : 'Error'
    const shownName = redactName(name)
    const draft = draftOf(textsOf(error), name === shownName && isPlainError(error))
    const names = extraNames(error)
    const count = Math.min(names.length, left)
    left -= count
    for (const key of names.slice(0, count)) {
      let member: unknown
      let seen: unknown = NOT_REDACTED
      try {
        member = (error as unknown as Record<string, unknown>)[key]
        seen = read(member)
      } catch {}
      const place = free(draft.view, redactName(key))
      put(draft, place, member, seen)
      draft.faithful &&= place === key && !isComputed(error, key)
    }
    if (count < names.length) setMember(draft.view, '…', more(names.length - count))
    draft.faithful &&= count === names.length
    return done(draft, error, (members) => rebuiltError(error, shownName, members as Record<string, unknown>))
  }

  return { value: read(root), sides }
}
