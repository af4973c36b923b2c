import { core } from './core.js'
import { declaredPlan } from './document/declared.js'
import { compileFields } from './document/fields.js'
import { walkDocument } from './document/walk.js'
import type { DocumentFinding, Finding } from './finding.js'
import { createFieldNames } from './names/field-name.js'
import { createLexicon } from './names/lexicon.js'
import { PiiError } from './pii-error.js'
import type { Recogniser, RecogniserSet, Terms } from './recogniser.js'
import { createContextReader } from './text/context.js'
import { createScanner } from './text/scanner.js'
import { detectStream } from './text/stream.js'

export interface DetectorOptions {
  /** What to look for beside the core types: `nationalIds`, `secrets`, sets of your own. */
  readonly sets?: readonly RecogniserSet[]
  /** Recognisers of your own, for who implements the interface; `patternRecogniser` and `termRecogniser` make sets. */
  readonly recognisers?: readonly Recogniser[]
  /** Names of fields and words beside values, of your own. */
  readonly terms?: readonly Terms[]
  /** Members that are known: JSON Pointers, in which `*` is one level and `**` any depth, and their types. */
  readonly fields?: Readonly<Record<string, string>>
  /** Whether the name of a field alone makes a finding. Default true. */
  readonly byName?: boolean
  /** Whether values are looked at. Default true. */
  readonly byValue?: boolean
  /** Only these types. */
  readonly types?: readonly string[]
  /** All but these types. */
  readonly except?: readonly string[]
  /** Lowest score reported, 0 to 1. Default 0.5. */
  readonly threshold?: number
  /** The same by type. */
  readonly thresholds?: Readonly<Record<string, number>>
  /** Values never reported, unless declared: texts (whole value, exact) or expressions tested against it. */
  readonly allow?: readonly (string | RegExp)[]
}

export interface Detector {
  /** What is found in a text, in order, none inside another. */
  detectText(text: string): Finding[]
  /** What is found in a JSON value: one entry per member. Satisfies the `Detector` of `fieldPolicy` in `@waxseal/core`. */
  detectDocument(document: unknown): DocumentFinding[]
  /** Findings of a text that comes in pieces; offsets are those of the whole. */
  detectStream(chunks: AsyncIterable<string> | Iterable<string>): AsyncGenerator<Finding, void, undefined>
}

function checkThreshold(value: number, name: string): void {
  if (typeof value !== 'number' || !(value >= 0 && value <= 1)) throw new PiiError('config', `${name} lies between 0 and 1`)
}

function checkTypes(types: readonly string[] | undefined, name: string): void {
  if (types !== undefined && !Array.isArray(types)) throw new PiiError('config', `${name} is a list of types`)
}

/** A predicate over values, or undefined where nothing is allowed. */
function allowance(allow: DetectorOptions['allow']): ((value: string) => boolean) | undefined {
  if (allow === undefined) return undefined
  if (!Array.isArray(allow) || !allow.every((entry) => typeof entry === 'string' || entry instanceof RegExp))
    throw new PiiError('config', 'allow is a list of texts and expressions')
  if (allow.length === 0) return undefined
  const texts = new Set(allow.filter((entry) => typeof entry === 'string'))
  const expressions = allow
    .filter((entry) => entry instanceof RegExp)
    .map((entry) => new RegExp(entry.source, entry.flags.replace(/[gy]/g, '')))
  return (value) => texts.has(value) || expressions.some((expression) => expression.test(value))
}

/**
 * A detector of personal data and secrets. Made once and shared: it keeps nothing of what it sees but the names of fields.
 *
 * @example
 * const detector = createDetector({ sets: [nationalIds, secrets] })
 * detector.detectText('card 4111 1111 1111 1111') // [{ type: 'CREDIT_CARD', start: 5, end: 24, score: 1, validated: true }]
 */
export function createDetector(options: DetectorOptions = {}): Detector {
  const {
    sets = [],
    recognisers = [],
    terms = [],
    fields,
    byName = true,
    byValue = true,
    types,
    except,
    threshold = 0.5,
    thresholds = {},
  } = options
  checkThreshold(threshold, 'threshold')
  for (const [type, value] of Object.entries(thresholds)) checkThreshold(value, `the threshold of ${type}`)
  checkTypes(types, 'types')
  checkTypes(except, 'except')
  const only = types && new Set(types)
  const not = new Set(except)
  const wanted = (type: string) => (!only || only.has(type)) && !not.has(type)
  const all = [core, ...sets]
  const chosen = [...all.flatMap((set) => set.recognisers), ...recognisers].filter(({ type }) => wanted(type))
  const lexicon = createLexicon([...all.flatMap((set) => set.terms), ...terms])
  const allowed = allowance(options.allow)
  const limits = new Map(Object.entries(thresholds))
  const raw = createScanner({
    recognisers: chosen,
    reader: createContextReader(lexicon),
    threshold: (type) => limits.get(type) ?? threshold,
  })
  const scanner: typeof raw = allowed
    ? { scan: (text, field) => raw.scan(text, field).filter(({ start, end }) => !allowed(text.slice(start, end))) }
    : raw
  const plan = fields && !byName && !byValue ? declaredPlan(fields, wanted) : undefined
  const walkOptions = {
    scanner: byValue ? scanner : undefined,
    names:
      byName || byValue
        ? createFieldNames(
            lexicon,
            all.flatMap((set) => set.modifiers ?? []),
          )
        : undefined,
    fields: compileFields(fields ?? {}),
    wanted: byName ? wanted : () => false,
    declared: wanted,
    allowed: allowed ?? (() => false),
  }
  return Object.freeze({
    detectText(text: string) {
      if (typeof text !== 'string') throw new PiiError('malformed', 'a text is a string')
      return scanner.scan(text)
    },
    detectDocument: plan ?? ((document: unknown) => walkDocument(document, walkOptions)),
    detectStream: (chunks: AsyncIterable<string> | Iterable<string>) => detectStream(scanner, chunks),
  })
}
