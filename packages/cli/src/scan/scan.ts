import { createDetector, type DocumentFinding, mask } from '@waxseal/pii'
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

const isSealed = (value: unknown): boolean =>
  typeof value === 'string' ? /^(wax[1-9][0-9]*\.|\\xc101)/.test(value) : value instanceof Uint8Array && value[0] === 0xc1

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

function* sealedIn(value: unknown, pointer: string): Generator<string> {
  if (isSealed(value)) yield pointer
  else if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array))
    for (const [name, member] of Object.entries(value)) yield* sealedIn(member, `${pointer}/${escaped(name)}`)
}

/** A sample that shows no more than the mask of its type does: of a text with more around it, the type alone. */
function sampleOf(document: unknown, { pointer, type, findings }: DocumentFinding): string {
  const value = memberAt(document, pointer)
  const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
  const [first] = findings
  if (first && first.end - first.start < text.trim().length) return `… ${mask(text.slice(first.start, first.end), first.type)} …`
  return mask(text, type)
}

/** Looks for personal data and secrets in what a source holds. */
export async function scan(source: Source, { limit, onRecord }: ScanOptions): Promise<Scan> {
  const detector = createDetector()
  const found = new Map<string, Count>()
  const sealed = new Map<string, { of: string; field: string; records: number }>()
  const kinds = new Map<string, number>()
  let [records, affected] = [0, 0]

  function count(of: string, value: unknown): void {
    const findings = detector.detectDocument(value).filter(({ pointer }) => !isSealed(memberAt(value, pointer)))
    if (findings.length > 0) affected++
    const seen = new Set<string>()
    for (const finding of findings) {
      const field = placeOf(finding.pointer)
      const types = new Set([finding.type, ...finding.findings.map(({ type }) => type)])
      for (const type of types) {
        const key = JSON.stringify([of, field, type])
        const known = found.get(key) ?? { of, field, type, records: 0, byValue: false, sample: sampleOf(value, finding) }
        if (!seen.has(key)) known.records++
        seen.add(key)
        known.byValue ||= finding.findings.some((each) => each.type === type)
        found.set(key, known)
      }
    }
    for (const field of new Set([...sealedIn(value, '')].map(placeOf))) {
      const key = JSON.stringify([of, field])
      const known = sealed.get(key) ?? { of, field, records: 0 }
      known.records++
      sealed.set(key, known)
    }
  }

  for await (const { of, value } of source.records()) {
    count(of, value)
    kinds.set(of, (kinds.get(of) ?? 0) + 1)
    onRecord(++records)
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
    problems: source.problems,
  }
}
