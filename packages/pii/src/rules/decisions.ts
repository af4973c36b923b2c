import { advance, declaredType, escapeToken, type FieldStates, parsePointer } from '../document/fields.js'
import type { DocumentFinding, Finding } from '../finding.js'
import { fail } from '../pii-error.js'
import type { Action, CompiledRule } from './rule.js'

/** What was done at one member, never what it holds. */
export interface ReportEntry {
  readonly pointer: string
  /** Absent where a selector of the rules alone says so. */
  readonly type?: string
  readonly action: Action
}

/** A place in the text of a member. */
export interface Span extends Finding {
  readonly action: Action
}

export interface Decision {
  readonly pointer: string
  readonly tokens: readonly string[]
  readonly action: Action
  readonly type: string | undefined
  /** Only these places of its text; the whole member where absent. */
  readonly spans?: readonly Span[]
}

export interface Decided {
  /** None is inside one that is sealed or dropped; by pointer, those outside before those inside. */
  readonly decisions: ReadonlyMap<string, Decision>
  /** Types of members inside those that are masked or hashed. */
  readonly types: ReadonlyMap<string, string>
  readonly report: readonly ReportEntry[]
}

const MAX_DEPTH = 500
const takesAll = (action: Action) => action === 'seal' || action === 'drop'

/** Calls `found` with the members that the selectors of the rules name, from the outside; nothing inside one that is sealed or dropped. */
function selectFields(document: unknown, fields: FieldStates, found: (pointer: string, action: Action) => void): void {
  function visit(value: unknown, states: FieldStates, pointer: string, depth: number): void {
    if (value === null || value === undefined) return
    const action = declaredType(states) as Action | undefined
    if (action !== undefined) found(pointer, action)
    if (typeof value !== 'object' || (action !== undefined && takesAll(action))) return
    if (depth >= MAX_DEPTH) fail('too_large', `a document is at most ${MAX_DEPTH} levels deep`)
    for (const key of Object.keys(value)) {
      if (key === '$wax' && depth === 0) continue
      const below = advance(states, key)
      if (below.length > 0) visit((value as Record<string, unknown>)[key], below, `${pointer}/${escapeToken(key)}`, depth + 1)
    }
  }
  visit(document, fields, '', 0)
}

/** The own member that a pointer names. */
export function valueAt(document: unknown, tokens: readonly string[]): unknown {
  let value = document
  for (const token of tokens) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token)) return undefined
    value = (value as Record<string, unknown>)[token]
  }
  return value
}

const tokensOf = (pointer: string): readonly string[] => (pointer === '' ? [] : parsePointer(pointer))

/** The decision for the member itself or for the nearest one around it. */
function around(decisions: ReadonlyMap<string, Decision>, pointer: string): Decision | undefined {
  for (let cut = pointer.length; cut > 0; cut = pointer.lastIndexOf('/', cut - 1)) {
    const decision = decisions.get(pointer.slice(0, cut))
    if (decision) return decision
  }
  return decisions.get('')
}

/** What the rules say of everything found in a document. */
export function decide(document: unknown, found: Iterable<DocumentFinding>, { fields, actionOf }: CompiledRule): Decided {
  const selected = new Map<string, Decision>()
  selectFields(document, fields, (pointer, action) =>
    selected.set(pointer, { pointer, tokens: tokensOf(pointer), action, type: undefined }),
  )
  const decisions = new Map(selected)
  const types = new Map<string, string>()
  const report: ReportEntry[] = []

  function byType({ pointer, type, byName, declared, findings }: DocumentFinding): void {
    const tokens = tokensOf(pointer)
    const whole = byName || declared || typeof valueAt(document, tokens) !== 'string'
    const action = whole ? actionOf(type) : 'keep'
    const spans = findings.map((finding): Span => ({ ...finding, action: actionOf(finding.type) }))
    const sealing = action === 'seal' ? type : spans.find((span) => span.action === 'seal')?.type
    if (sealing !== undefined) decisions.set(pointer, { pointer, tokens, action: 'seal', type: sealing })
    else if (action !== 'keep') decisions.set(pointer, { pointer, tokens, action, type })
    else if (spans.some((span) => span.action !== 'keep')) decisions.set(pointer, { pointer, tokens, action, type, spans })
    // The member's own type first, each once.
    const told = new Map<string, Action>()
    if (whole) told.set(type, sealing === undefined ? action : 'seal')
    const of = decisions.get(pointer)
    for (const span of spans)
      if (!told.has(span.type)) told.set(span.type, of === undefined || of.spans ? span.action : of.action)
    for (const [name, done] of told) report.push({ pointer, type: name, action: done })
  }

  const told = new Set<string>()
  /** A member that its type seals or drops may hold one that a selector names. */
  const inside = new Set<string>()
  for (const finding of found) {
    const owner = around(selected, finding.pointer)
    if (owner === undefined) byType(finding)
    else {
      types.set(finding.pointer, finding.type)
      report.push({ pointer: finding.pointer, type: finding.type, action: owner.action })
      told.add(finding.pointer)
    }
  }
  for (const { pointer } of decisions.values()) {
    const outer = around(decisions, pointer.slice(0, pointer.lastIndexOf('/')))
    if (outer && outer.pointer !== pointer && takesAll(outer.action)) inside.add(pointer)
  }
  for (const pointer of inside) decisions.delete(pointer)
  for (const { pointer, action } of selected.values())
    if (!told.has(pointer) && decisions.has(pointer)) report.push({ pointer, action })
  return { decisions, types, report }
}
