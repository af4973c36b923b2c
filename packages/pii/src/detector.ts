import { core } from './core-set.js'
import { declaredPlan } from './document/declared.js'
import { compileFields } from './document/fields.js'
import { walkDocument } from './document/walk.js'
import type { DocumentFinding, Finding } from './finding.js'
import { createFieldNames } from './names/field-name.js'
import { createLexicon } from './names/lexicon.js'
import { fail } from './pii-error.js'
import type { Recogniser, RecogniserSet, Terms } from './recogniser.js'
import { typeName } from './schema/type-name.js'
import { createContextReader } from './text/context.js'
import { createScanner } from './text/scanner.js'
import { detectStream } from './text/stream.js'

/** What a detector looks for, and how sure it must be. */
export interface DetectorOptions {
  /** What to look for beside the core types: `nationalIds`, `secrets`, sets of your own. */
  readonly sets?: readonly RecogniserSet[] | undefined
  /** Recognisers of your own, for who implements the interface; `patternSet` and `termSet` make sets. */
  readonly recognisers?: readonly Recogniser[] | undefined
  /** Names of fields and words beside values, of your own. */
  readonly terms?: readonly Terms[] | undefined
  /** Members that are known: JSON Pointers, in which `*` is one level and `**` any depth, and their types. */
  readonly fields?: Readonly<Record<string, string>> | undefined
  /** Whether the name of a field alone makes a finding. Default true. */
  readonly byName?: boolean | undefined
  /** Whether values are looked at. Default true. */
  readonly byValue?: boolean | undefined
  /** Only these types. */
  readonly types?: readonly string[] | undefined
  /** All but these types. */
  readonly except?: readonly string[] | undefined
  /** Lowest score reported, 0 to 1. Default 0.5. */
  readonly threshold?: number | undefined
  /** The same by type. */
  readonly thresholds?: Readonly<Record<string, number>> | undefined
  /** Values never reported, unless declared: texts (whole value, exact) or expressions tested against it. */
  readonly allow?: readonly (string | RegExp)[] | undefined
}

export interface Detector {
  /** Every type that it knows. */
  readonly types: ReadonlySet<string>
  /** What is found in a text, in order, none inside another. */
  detectText(text: string): Finding[]
  /** What is found in a JSON value: one entry per member. Satisfies the `Detector` of `fieldPolicy` in `@waxseal/core`. */
  detectDocument(document: unknown): DocumentFinding[]
  /** Findings of a text that comes in pieces; offsets are those of the whole. */
  detectStream(chunks: AsyncIterable<string> | Iterable<string>): AsyncGenerator<Finding, void, undefined>
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)

function checkThreshold(value: number, name: string): void {
  if (typeof value !== 'number' || !(value >= 0 && value <= 1)) fail('config', `${name} lies between 0 and 1`)
}

function checkOptions(options: DetectorOptions): void {
  if (typeof options !== 'object' || options === null) fail('config', 'the options of a detector are an object')
  for (const name of ['sets', 'recognisers', 'terms', 'types', 'except', 'allow'] as const)
    if (options[name] !== undefined && !isList(options[name])) fail('config', `${name} is a list`)
  for (const set of options.sets ?? [])
    if (!isList(set?.recognisers) || !isList(set.terms)) fail('config', 'sets is a list of sets, each of recognisers and terms')
  for (const recogniser of options.recognisers ?? [])
    if (typeof recogniser?.match !== 'function')
      fail('config', 'a recogniser has a type and a match; expressions and terms make sets')
  if (options.fields !== undefined && (typeof options.fields !== 'object' || options.fields === null))
    fail('config', 'fields is an object of pointers and types')
  for (const entry of options.allow ?? [])
    if (typeof entry !== 'string' && !(entry instanceof RegExp)) fail('config', 'allow holds texts and expressions')
}

/** A predicate over values, or undefined where nothing is allowed. */
function allowance(allow: DetectorOptions['allow']): ((value: string) => boolean) | undefined {
  if (!allow?.length) return undefined
  const texts = new Set(allow.filter((entry) => typeof entry === 'string'))
  const expressions = allow
    .filter((entry) => entry instanceof RegExp)
    .map((entry) => new RegExp(entry.source, entry.flags.replace(/[gy]/g, '')))
  return (value) => texts.has(value) || expressions.some((expression) => expression.test(value))
}

const typed = <Item extends { readonly type: string }>(items: readonly Item[]): Item[] =>
  items.map((item) => ({ ...item, type: typeName(item.type) }))

/** Which types are reported. `config` for one that nothing finds: a slip of the pen would leave it in clear. */
function selection({ types, except }: DetectorOptions, known: ReadonlySet<string>): (type: string) => boolean {
  const named = (list: readonly string[] | undefined, option: string) => {
    const names = list?.map((name) => typeName(name))
    const unknown = names?.find((name) => !known.has(name))
    if (unknown !== undefined) fail('config', `${option} names ${unknown}, which no set finds`)
    return names && new Set(names)
  }
  const only = named(types, 'types')
  const not = named(except, 'except')
  return (type) => (!only || only.has(type)) && !not?.has(type)
}

/**
 * A detector of personal data and secrets. Made once and shared: it keeps nothing of what it sees but the names of fields. Types may be
 * written in any spelling (`creditCard`, `credit_card`). `config` for options that do not fit.
 *
 * @example
 * const detector = createDetector({ sets: [nationalIds, secrets] })
 * detector.detectText('card 4111 1111 1111 1111') // [{ type: 'CREDIT_CARD', start: 5, end: 24, score: 1, validated: true }]
 */
export function createDetector(options: DetectorOptions = {}): Detector {
  checkOptions(options)
  const { sets = [], byName = true, byValue = true, threshold = 0.5, thresholds = {} } = options
  const all = [core, ...sets]
  const recognisers = [...all.flatMap((set) => set.recognisers), ...typed(options.recognisers ?? [])]
  const terms = [...all.flatMap((set) => set.terms), ...typed(options.terms ?? [])]
  const fields = Object.fromEntries(Object.entries(options.fields ?? {}).map(([pointer, type]) => [pointer, typeName(type)]))
  const known: ReadonlySet<string> = new Set([...[...recognisers, ...terms].map(({ type }) => type), ...Object.values(fields)])
  const wanted = selection(options, known)
  checkThreshold(threshold, 'threshold')
  const limits = new Map(Object.entries(thresholds).map(([type, value]) => [typeName(type), value]))
  for (const [type, value] of limits) {
    checkThreshold(value, `the threshold of ${type}`)
    if (!known.has(type)) fail('config', `thresholds names ${type}, which no set finds`)
  }
  const lexicon = createLexicon(terms)
  const allowed = allowance(options.allow)
  const raw = createScanner({
    recognisers: recognisers.filter(({ type }) => wanted(type)),
    reader: createContextReader(lexicon),
    threshold: (type) => limits.get(type) ?? threshold,
  })
  const scanner: typeof raw = allowed
    ? { scan: (text, field) => raw.scan(text, field).filter(({ start, end }) => !allowed(text.slice(start, end))) }
    : raw
  const plan = options.fields && !byName && !byValue ? declaredPlan(fields, wanted) : undefined
  const walkOptions = {
    scanner: byValue ? scanner : undefined,
    names:
      byName || byValue
        ? createFieldNames(
            lexicon,
            all.flatMap((set) => set.modifiers ?? []),
          )
        : undefined,
    fields: compileFields(fields),
    wanted: byName ? wanted : () => false,
    declared: wanted,
    allowed: allowed ?? (() => false),
  }
  return Object.freeze({
    types: known,
    detectText(text: string) {
      if (typeof text !== 'string') fail('malformed', 'a text is a string')
      return scanner.scan(text)
    },
    detectDocument: plan ?? ((document: unknown) => walkDocument(document, walkOptions)),
    detectStream: (chunks: AsyncIterable<string> | Iterable<string>) => detectStream(scanner, chunks),
  })
}
