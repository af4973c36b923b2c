import type { Detector } from '../detector.js'
import type { DocumentFinding } from '../finding.js'
import { fail } from '../pii-error.js'
import { applyEdits, editsOf, ROUNDS } from './edits.js'
import { isKept } from './exotic.js'
import { redactText } from './redact-text.js'
import { checkDetector, isRedacted, label, NOT_REDACTED, type Replacement, type Replacer, replacerOf } from './replacement.js'
import { type Side, setMember, type ViewOptions, viewOf } from './view.js'

export interface RedactionOptions extends ViewOptions {
  readonly detector: Pick<Detector, 'detectText' | 'detectDocument'>
  /** Default `mask`. */
  readonly replace?: Replacement | undefined
}

/** What is found at a member or below it, by name. */
interface Place {
  finding: DocumentFinding | undefined
  readonly below: Map<string, Place>
}

const place = (): Place => ({ finding: undefined, below: new Map() })

function placesOf(findings: readonly DocumentFinding[]): Place {
  const root = place()
  for (const finding of findings) {
    let at = root
    for (const token of finding.pointer.split('/').slice(1)) {
      const name = token.includes('~') ? token.replaceAll('~1', '/').replaceAll('~0', '~') : token
      const next = at.below.get(name) ?? place()
      at.below.set(name, next)
      at = next
    }
    const { finding: other } = at
    at.finding = other
      ? {
          ...other,
          findings: [...other.findings, ...finding.findings],
          byName: other.byName || finding.byName || finding.findings.length === 0,
          declared: other.declared || finding.declared,
        }
      : finding
  }
  return root
}

/** Detectors pass over `$wax` of a root, which holds how a document is sealed; a redacted value need not be one. */
function findingsOf(value: unknown, detector: RedactionOptions['detector']): readonly DocumentFinding[] {
  const findings = detector.detectDocument(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, '$wax')) return findings
  const within = detector.detectDocument([(value as Record<string, unknown>).$wax])
  const known = new Set(findings.map(({ pointer }) => pointer))
  const others = within.map((finding) => ({ ...finding, pointer: finding.pointer.replace('/0', '/$wax') }))
  return [...findings, ...others.filter(({ pointer }) => !known.has(pointer))]
}

/** How a view is redacted. */
interface Means {
  readonly replacer: Replacer
  /** What stands for an object that is declared. */
  hidden(type: string): string
  readonly sides: Map<object, Side>
}

/** A member without what was found in it: as a whole where its name or a declaration says so. */
function replaced(value: unknown, { type, findings, byName, declared }: DocumentFinding, { replacer, hidden }: Means): unknown {
  if (typeof value === 'object' && value !== null) return hidden(type)
  const text = String(value)
  const whole = (byName || declared || findings.length === 0) && !isRedacted(text, type)
  const shown = whole ? replacer(text, { type }) : applyEdits(text, editsOf(text, findings, replacer))
  return shown === text ? value : shown
}

const copyOf = (value: object): object => {
  if (Array.isArray(value)) return value.slice()
  const copy = {}
  for (const key of Object.keys(value)) setMember(copy, key, (value as Record<string, unknown>)[key])
  return copy
}

/**
 * The value with what was found replaced, sharing the rest; what a copy stands for is carried over. Throws where a finding is nowhere
 * to be found: it would be shown.
 */
function applied(value: unknown, at: Place, means: Means): unknown {
  if (at.finding) {
    const shown = replaced(value, at.finding, means)
    if (shown !== value || at.below.size === 0) return shown
  }
  const members = Object(value) as Record<string, unknown>
  let copy: object | undefined
  for (const [key, below] of at.below) {
    if (!Object.hasOwn(members, key)) fail('malformed', 'a finding points to no member')
    const member = members[key]
    const shown = applied(member, below, means)
    if (shown === member) continue
    copy ??= copyOf(members)
    setMember(copy, key, shown)
  }
  if (copy === undefined) return value
  const side = means.sides.get(members)
  if (side) means.sides.set(copy, { ...side, source: undefined })
  return copy
}

/** What is shown of a view. */
function shownOf(value: unknown, sides: ReadonlyMap<object, Side>): unknown {
  if (typeof value !== 'object' || value === null) return value
  const side = sides.get(value)
  if (side === undefined) return value
  if (side.source !== undefined) return side.source
  const shown: object = Array.isArray(value) ? [] : {}
  for (const key of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[key]
    const original = side.originals?.get(key)
    setMember(shown, key, original && original[0] === member ? original[1] : shownOf(member, sides))
  }
  return side.build ? side.build(shown) : shown
}

const isOdd = (bound: unknown, most: number): boolean =>
  bound !== undefined && !(Number.isInteger(bound) && (bound as number) > 0 && (bound as number) <= most)

/**
 * A value in which every finding is replaced: whole members where their name or a declaration says so (numbers become texts), parts of
 * texts elsewhere. What is clear is shared with the given value, which is not changed; where nothing is found it is the same value.
 *
 * Also of what is no JSON. Errors stay errors (see `redactError`), maps and sets what they are; instances of other classes become plain
 * objects of their own enumerable members, or what their `toJSON` returns. Bytes are shown as `[bytes n]`, a cycle as `[circular]`, what
 * is over a bound as `[too deep]` or `[n more]`. Dates, URLs, expressions, functions and symbols are read as text, and stay what they
 * are where it is clear. Members named by symbols are left out. Names of members, and keys of maps, are redacted as well.
 *
 * Where the detector throws, the result is `[not redacted: error]`; so is a member that cannot be read. Throws `config` where an option
 * does not fit.
 *
 * @example
 * redactDocument({ email: 'jane@example.com', id: 7 }, { detector }) // { email: 'j•••@example.com', id: 7 }
 */
export function redactDocument<T>(value: T, options: RedactionOptions): T
export function redactDocument(value: unknown, options: RedactionOptions): unknown {
  const { detector, replace, maxDepth, maxMembers } = options
  checkDetector(detector, 'detectText', 'detectDocument')
  const replacer = replacerOf(replace)
  if (isOdd(maxDepth, 400)) fail('config', 'maxDepth is a number from 1 to 400')
  if (isOdd(maxMembers, Number.MAX_SAFE_INTEGER)) fail('config', 'maxMembers is a number from 1')
  try {
    const names = new Map<string, string>()
    const view = viewOf(value, options, (name) => {
      const known = names.get(name)
      if (known !== undefined) return known
      const shown = redactText(name, options)
      names.set(name, shown)
      return shown
    })
    const hidden = replace === undefined || replace === 'mask' ? () => '\u2022'.repeat(8) : label
    const means: Means = { replacer, hidden, sides: view.sides }
    let current = view.value
    for (let round = 0; round < ROUNDS; round++) {
      const findings = findingsOf(current, detector)
      if (findings.length === 0) break
      const next = applied(current, placesOf(findings), means)
      if (next === current) break
      current = next
    }
    return current === view.value && isKept(value) ? value : shownOf(current, view.sides)
  } catch {
    return NOT_REDACTED
  }
}
