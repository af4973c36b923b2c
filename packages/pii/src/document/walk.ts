import type { DocumentFinding, Finding } from '../finding.js'
import type { FieldName } from '../names/field-name.js'
import { fail } from '../pii-error.js'
import type { Scanner } from '../text/scanner.js'
import { advance, declaredType, type FieldStates, pointerOf } from './fields.js'
import { isNameLike, isPlausible } from './plausible.js'

export interface WalkOptions {
  readonly scanner: Scanner | undefined
  /** The root of the names; absent where names do not count. */
  readonly names: FieldName | undefined
  readonly fields: FieldStates
  /** Whether a type is reported by name. */
  readonly wanted: (type: string) => boolean
  /** The same where it is declared. */
  readonly declared: (type: string) => boolean
  /** Whether a value is reported by no name. */
  readonly allowed: (value: string) => boolean
}

const MAX_DEPTH = 500
const NONE: readonly Finding[] = []
const cased = (words: string) => words.split(',').flatMap((word) => [word, word.charAt(0).toUpperCase() + word.slice(1)])
/** Members that hold the name of the member `value` beside them, as in lists of headers, forms and changes. */
const NAME_KEYS = cased('name,key,field,header,attribute,label,param,property,question,type,system,id,k')
/** What a member `value` is called in a member beside it: the first that says something. */
function beside(record: Record<string, unknown>, field: FieldName, own: FieldName): FieldName {
  for (const key of NAME_KEYS) {
    const name = record[key]
    if (typeof name !== 'string') continue
    const named = field.child(name)
    if (named.type !== undefined || named.hostile || named.hints.size > field.hints.size) return named
  }
  return own
}

const MEASURES = new Set(['SALARY', 'LOCATION', 'HEALTH'])
/** Its name outranks whatever its value looks like. */
const BY_NAME = new Set(['SECRET', 'CVV'])

/** The type of a member as a whole: by name, unless its value is wholly and surely something else. */
function leading(type: string | undefined, findings: readonly Finding[], length: number): string | undefined {
  let best: Finding | undefined
  for (const finding of findings) if (!best || finding.score > best.score) best = finding
  if (type === undefined || BY_NAME.has(type)) return type ?? best?.type
  return best && best.score >= 0.85 && best.end - best.start >= length * 0.9 ? best.type : type
}

/** Visits every string and number of a JSON value; the pointers of what is found are made only then. */
export function walkDocument(
  document: unknown,
  { scanner, names, fields, wanted, declared: wantedField, allowed }: WalkOptions,
): DocumentFinding[] {
  const found: DocumentFinding[] = []
  const path: (string | number)[] = []

  function leaf(text: string, field: FieldName | undefined, scanned: boolean): void {
    const named = field?.type ?? (field?.personal && isNameLike(text) ? 'PERSON' : undefined)
    const findings = scanner && scanned && text.length > 1 ? scanner.scan(text, field) : NONE
    const byName =
      named !== undefined &&
      wanted(named) &&
      (findings[0]?.type === named || (isPlausible(named, text) && !allowed(text) && !field?.isLabel(named, text)))
    if (!byName && findings.length === 0) return
    const type = leading(byName ? named : undefined, findings, text.length) as string
    found.push({ pointer: pointerOf(path), type, findings, byName, declared: false })
  }

  /** Numbers are read as their digits, and only where the name asks for it; a fraction is a measure, a salary or a place. */
  function numeric(value: number | bigint, field: FieldName): void {
    if (field.counts) return
    const whole = typeof value === 'bigint' || Number.isSafeInteger(value)
    if (whole || (field.type !== undefined && MEASURES.has(field.type))) leaf(String(value), field, whole)
  }

  function visit(value: unknown, field: FieldName | undefined, states: FieldStates): void {
    const declared = states.length > 0 ? declaredType(states) : undefined
    if (declared !== undefined && value !== null && value !== undefined && wantedField(declared)) {
      const findings = scanner && typeof value === 'string' ? scanner.scan(value, field) : NONE
      found.push({ pointer: pointerOf(path), type: declared, findings, byName: false, declared: true })
      return
    }
    switch (typeof value) {
      case 'string':
        if (field !== undefined || scanner !== undefined) leaf(value, field, true)
        return
      case 'number':
      case 'bigint':
        if (field !== undefined && (field.type !== undefined || field.hints.size > 0)) numeric(value, field)
        return
      case 'object':
        if (value !== null) members(value, field, states)
    }
  }

  function members(value: object, field: FieldName | undefined, states: FieldStates): void {
    if (path.length >= MAX_DEPTH) fail('too_large', `a document is at most ${MAX_DEPTH} levels deep`)
    if (Array.isArray(value)) {
      for (let at = 0; at < value.length; at++) {
        path.push(at)
        visit(value[at], field, states.length > 0 ? advance(states, String(at)) : states)
        path.pop()
      }
      return
    }
    const record = value as Record<string, unknown>
    for (const key of Object.keys(record)) {
      if (key === '$wax' && path.length === 0) continue
      path.push(key)
      const below = states.length > 0 ? advance(states, key) : states
      const named = field?.child(key)
      visit(record[key], field && named?.carries ? beside(record, field, named) : named, below)
      path.pop()
    }
  }

  visit(document, names, fields)
  return found
}
