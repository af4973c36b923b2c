import { inspectEnvelope } from '@waxseal/core'
import { createDetector, type DocumentFinding, mask, PiiError } from '@waxseal/pii'
import type { Source } from '../sources/source.js'
import { placeOf } from './place.js'

/** What was found at one place of one kind of record. */
export interface Finding {
  readonly of: string
  /** A selector, as field policies take it: `/customer/email`, with a star for elements of lists. */
  readonly field: string
  readonly type: string
  /** Records that have it. */
  readonly records: number
  /** Whether a name alone told, or a value did. */
  readonly by: 'name' | 'value'
  /** One of the values, masked. */
  readonly sample: string
}

/** Fields that are sealed already. */
export interface SealedPlace {
  readonly of: string
  readonly field: string
  readonly records: number
}

export interface Scan {
  readonly source: string
  readonly records: number
  /** Records in which something was found. */
  readonly affected: number
  /** Records of each kind. */
  readonly kinds: Readonly<Record<string, number>>
  readonly findings: readonly Finding[]
  readonly sealed: readonly SealedPlace[]
  readonly problems: readonly string[]
}

interface Count {
  readonly of: string
  readonly field: string
  readonly type: string
  records: number
  byValue: boolean
  readonly sample: string
}

export interface ScanOptions {
  /** At most so many records. */
  readonly limit: number
  readonly onRecord: (records: number) => void
}

/** Places, and kinds of records, that are told apart; beyond them a report is of no use, and memory has an end. */
const MAX_PLACES = 10_000

function envelopeIn(value: unknown): string | Uint8Array | undefined {
  if (typeof value === 'string') {
    if (/^\\xc101/.test(value)) return Buffer.from(value.slice(2), 'hex')
    return /^wax[1-9]/.test(value) ? value : undefined
  }
  return value instanceof Uint8Array && value[0] === 0xc1 ? value : undefined
}

/** Whether a value is an envelope; what only begins like one is looked at as any other. */
function isSealed(value: unknown): boolean {
  const envelope = envelopeIn(value)
  if (envelope === undefined) return false
  try {
    inspectEnvelope(envelope)
    return true
  } catch {
    return false
  }
}

function memberAt(document: unknown, pointer: string): unknown {
  let current = document
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, name)) return undefined
    current = (current as Record<string, unknown>)[name]
  }
  return current
}

const escaped = (token: string): string => token.replaceAll('~', '~0').replaceAll('/', '~1')

function* sealedIn(document: unknown): Generator<string> {
  const open: (readonly [string, unknown])[] = [['', document]]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [pointer, value] = next
    if (isSealed(value)) yield pointer
    else if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array))
      for (const [name, member] of Object.entries(value)) open.push([`${pointer}/${escaped(name)}`, member])
  }
}

/** A sample that shows no more than the mask of its type does: of a text with more around it, the type alone. */
function sampleOf(document: unknown, { pointer, findings }: DocumentFinding, type: string): string {
  const value = memberAt(document, pointer)
  const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
  const found = findings.find((each) => each.type === type)
  if (found && found.end - found.start < text.trim().length) return `… ${mask(text.slice(found.start, found.end), type)} …`
  return mask(text, type)
}

/** Looks for personal data and secrets in what a source holds. */
export async function scan(source: Source, { limit, onRecord }: ScanOptions): Promise<Scan> {
  const detector = createDetector()
  const found = new Map<string, Count>()
  const sealed = new Map<string, { of: string; field: string; records: number }>()
  const kinds = new Map<string, number>()
  const problems = new Set<string>()
  let [records, affected] = [0, 0]

  /** What is at a key, made where there is room for one more. */
  function at<T>(places: Map<string, T>, key: string, make: () => T): T | undefined {
    const known = places.get(key)
    if (known !== undefined) return known
    if (places.size >= MAX_PLACES) {
      problems.add(`there are more than ${MAX_PLACES.toLocaleString('en')} different places: the others are not listed`)
      return undefined
    }
    const made = make()
    places.set(key, made)
    return made
  }

  const isPersonal = (name: string): boolean => detector.detectDocument(name).length > 0

  function count(of: string, value: unknown): void {
    const findings = detector.detectDocument(value).filter(({ pointer }) => !isSealed(memberAt(value, pointer)))
    if (findings.length > 0) affected++
    const seen = new Set<string>()
    for (const finding of findings) {
      const field = placeOf(finding.pointer, isPersonal)
      const types = new Set([finding.type, ...finding.findings.map(({ type }) => type)])
      for (const type of types) {
        const key = JSON.stringify([of, field, type])
        const make = (): Count => ({ of, field, type, records: 0, byValue: false, sample: sampleOf(value, finding, type) })
        const known = at(found, key, make)
        if (known === undefined) continue
        if (!seen.has(key)) known.records++
        seen.add(key)
        known.byValue ||= finding.findings.some((each) => each.type === type)
      }
    }
    for (const field of new Set([...sealedIn(value)].map((pointer) => placeOf(pointer, isPersonal)))) {
      const key = JSON.stringify([of, field])
      const known = at(sealed, key, () => ({ of, field, records: 0 }))
      if (known) known.records++
    }
  }

  for await (const { of, value } of source.records()) {
    onRecord(++records)
    if (kinds.has(of) || kinds.size < MAX_PLACES) kinds.set(of, (kinds.get(of) ?? 0) + 1)
    try {
      count(of, value)
    } catch (error) {
      if (!PiiError.is(error)) throw error
      problems.add(`${of}: record ${records.toLocaleString('en')} could not be looked at (${error.code})`)
    }
    if (records >= limit) break
  }
  const findings = [...found.values()].map(({ byValue, ...each }): Finding => ({ ...each, by: byValue ? 'value' : 'name' }))
  return {
    source: source.name,
    records,
    affected,
    kinds: Object.fromEntries(kinds),
    findings: findings.sort((a, b) => b.records - a.records || (a.field < b.field ? -1 : 1)),
    sealed: [...sealed.values()],
    problems: [...source.problems, ...problems],
  }
}
