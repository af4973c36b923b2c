import type { Opening } from './openings.js'
import { isContainer, pointerTo, type Sealed, type SealedDocument } from './sealed.js'

/** A line of the tree. */
export interface Row {
  readonly pointer: string
  readonly depth: number
  /** Of a member or an element; undefined for the root. */
  readonly name: string | number | undefined
  /** What stands there, opened where it was opened. */
  readonly value: unknown
  readonly sealed: Sealed | undefined
  readonly opening: Opening | undefined
  /** Whether it is part of something that was opened, and how. */
  readonly shown: 'masked' | 'clear' | undefined
  /** Whether it was not to be seen before that. */
  readonly isDisclosed: boolean
  /** Whether a text was read as JSON. */
  readonly isText: boolean
  readonly isExpandable: boolean
  readonly isExpanded: boolean
  readonly position: number
  readonly siblings: number
}

const childrenOf = (value: unknown): readonly (readonly [string | number, unknown])[] => {
  if (Array.isArray(value)) return value.map((each, at) => [at, each] as const)
  return isContainer(value) ? Object.entries(value) : []
}

const shownAs = ({ outcome }: Extract<Opening, { status: 'open' }>): 'masked' | 'clear' =>
  outcome === 'clear' ? 'clear' : 'masked'

type Place = Pick<Row, 'depth' | 'name' | 'position' | 'siblings' | 'shown'>

const memberOf = (value: unknown, name: string | number): unknown =>
  isContainer(value) && Object.hasOwn(value, name) ? (value as Readonly<Record<string | number, unknown>>)[name] : undefined

const isSame = (a: unknown, b: unknown): boolean => a === b || (b !== undefined && JSON.stringify(a) === JSON.stringify(b))

/** The lines of a document, as far as it is unfolded. */
export function rowsOf(
  { root, sealed, texts }: SealedDocument,
  openings: ReadonlyMap<string, Opening>,
  expanded: ReadonlySet<string>,
): Row[] {
  const rows: Row[] = []

  /** `was` is what stood there before it was opened. */
  function add(value: unknown, was: unknown, pointer: string, place: Place): void {
    const found = sealed.get(pointer)
    // Within what was opened, only what is still as it was stored.
    const here = found && (!place.shown || found.stored === value) ? found : undefined
    const opening = here && openings.get(pointer)
    const isOpen = opening?.status === 'open'
    const isText = !isOpen && !here && texts.has(pointer) && typeof value === 'string'
    const current = isOpen ? opening.value : isText ? texts.get(pointer) : value
    const shown = isOpen ? shownAs(opening) : place.shown
    const hidesMembers = here !== undefined && !isOpen && here.kind !== 'fields'
    // Of sealed fields the bundle is told by the line itself.
    const isBundled = here?.kind === 'fields' && !isOpen
    const children = hidesMembers ? [] : childrenOf(current).filter(([name]) => !(isBundled && name === '$wax'))
    const isExpandable = children.length > 0
    const isExpanded = isExpandable && expanded.has(pointer)
    const before = isOpen ? (here?.kind === 'fields' ? value : undefined) : was
    const isDisclosed = shown !== undefined && (isContainer(current) ? !isContainer(before) : !isSame(current, before))
    rows.push({ ...place, pointer, value: current, sealed: here, opening, shown, isDisclosed, isText, isExpandable, isExpanded })
    if (!isExpanded) return
    for (const [at, [name, member]] of children.entries())
      add(member, memberOf(before, name), pointerTo(pointer, name), {
        depth: place.depth + 1,
        name,
        position: at + 1,
        siblings: children.length,
        shown,
      })
  }

  add(root, undefined, '', { depth: 0, name: undefined, position: 1, siblings: 1, shown: undefined })
  return rows
}

/** The pointers that a pointer stands beneath, the root first. */
export const above = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(0, -1)
    .map((_, at, tokens) => tokens.slice(0, at + 1).join('/'))

/** Few enough members to be unfolded all at once. */
const UNFOLDED = 400

/** What is unfolded at first: the way to everything sealed, and the whole of a small document. */
export function firstUnfolded({ root, sealed, texts }: SealedDocument): Set<string> {
  const expanded = new Set([''])
  for (const pointer of sealed.keys()) for (const each of above(pointer)) expanded.add(each)
  for (const [pointer, { kind }] of sealed) if (kind === 'fields') expanded.add(pointer)
  for (const pointer of unfoldedIn(root, '', texts)) expanded.add(pointer)
  return expanded
}

/** What of a value is unfolded, level by level, while that is not too much. */
export function unfoldedIn(root: unknown, at: string, texts: ReadonlyMap<string, unknown> = new Map()): string[] {
  const unfolded: string[] = []
  const level: [unknown, string][] = [[root, at]]
  for (let count = 0; level.length > 0 && count < UNFOLDED; ) {
    const [value, pointer] = level.shift()!
    const children = childrenOf(texts.get(pointer) ?? value)
    count += children.length
    if (children.length === 0 || children.length > UNFOLDED) continue
    unfolded.push(pointer)
    for (const [name, member] of children) level.push([member, pointerTo(pointer, name)])
  }
  return unfolded
}
