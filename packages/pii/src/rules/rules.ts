import type { Detector } from '../detector.js'
import type { Pseudonyms } from '../masking/pseudonyms.js'
import { fail } from '../pii-error.js'
import { type Decided, type Decision, decide, type ReportEntry, valueAt } from './decisions.js'
import { compareSpecificity, parseJobPattern } from './job-pattern.js'
import { checkedRule, compileRules, type Rule } from './rule.js'
import { treatDocument } from './treatment.js'

export interface RulesOptions extends Rule {
  /** What finds: `createDetector`. */
  readonly detector: Pick<Detector, 'detectDocument'>
  /** Rules for jobs whose type fits a pattern of dot-separated segments: `*` is any characters of a segment, `**` any segments, also none. */
  readonly jobs?: Readonly<Record<string, Rule>>
  /** Needed where an action is `hash`: `createPseudonyms`. */
  readonly pseudonyms?: Pseudonyms
}

export interface Applied<T> {
  /** Masked and hashed values are texts, also where they were numbers; dropped members are absent, dropped elements null. */
  readonly document: T
  /** What was done where; no values. */
  readonly report: readonly ReportEntry[]
}

/** The rules for one type of job. */
export interface JobRules {
  /** Finds only what is to be sealed; for `fieldPolicy` of `@waxseal/core`. */
  readonly detector: { detectDocument(document: unknown): { readonly pointer: string }[] }
  /** A new document, masked, hashed and with members dropped; what is to be sealed stays as it is, and so does the document given. */
  apply<T>(document: T): Applied<T>
}

export interface Rules {
  for(jobType: string): JobRules
}

const MAX_KEPT = 256

function jobRules({ detector, pseudonyms }: RulesOptions, rules: readonly Rule[]): JobRules {
  const compiled = compileRules(rules)
  /** By document that `apply` made: what it left to be sealed. */
  const left = new WeakMap<object, readonly Decision[]>()
  const sealedOf = ({ decisions }: Decided) => [...decisions.values()].filter(({ action }) => action === 'seal')
  const decisionsOf = (document: unknown) => decide(document, detector.detectDocument(document), compiled)

  return Object.freeze({
    detector: Object.freeze({
      detectDocument(document: unknown) {
        // With a member dropped or masked, its neighbours may no longer look like what they are.
        const before = (left.get(document as object) ?? []).filter(({ tokens }) => valueAt(document, tokens) !== undefined)
        const pointers = new Set([...before, ...sealedOf(decisionsOf(document))].map(({ pointer }) => pointer))
        return [...pointers].map((pointer) => ({ pointer }))
      },
    }),
    apply<T>(document: T): Applied<T> {
      const decided = decisionsOf(document)
      const treated = treatDocument(document, decided, pseudonyms)
      if (typeof treated === 'object' && treated !== null) left.set(treated, sealedOf(decided))
      return { document: treated as T, report: decided.report }
    },
  })
}

/**
 * What is done with each type of personal data, by the type of the job: sealed, masked, hashed to a pseudonym, dropped or kept.
 *
 * The rules of a job are those given here, and over them those of every pattern that fits its type, the one that says most last; there
 * a `fields` selector, the nearest around a member, wins over its type, and its type over `otherwise`. Patterns are compared segment by
 * segment from the left: a name says more than a segment with `*`, the longer of two such more, then `*`, then the pattern's end, then
 * `**`; of equals the later. Of several selectors for one member a name counts before `*`, and `*` before `**`.
 *
 * A member that its name or a declaration makes one of a type is treated as a whole; of any other text, only the places found. Where
 * one type of a member is to be sealed, the whole member is. A dropped place is left out of its text. A value without a text to mask
 * (null, blank) stays; one of more than 4096 characters is masked in place of hashed.
 *
 * Throws `config` where a part does not fit, or where `hash` is an action and there are no pseudonyms.
 *
 * @example
 * const rules = createRules({ detector, actions: { PHONE: 'mask', CVV: 'drop' }, jobs: { 'health.**': { actions: { PHONE: 'seal' } } } })
 * const { detector: sealing, apply } = rules.for(job.type)
 * await sealer.sealFields(apply(job.data).document, fieldPolicy({ detector: sealing }), { context })
 */
export function createRules(options: RulesOptions): Rules {
  const { detector, jobs = {}, pseudonyms } = options
  if (typeof detector?.detectDocument !== 'function') fail('config', 'rules need a detector')
  const hashes = pseudonyms !== undefined
  const general = checkedRule(options, hashes)
  const patterns = Object.entries(jobs)
    .map(([text, rule]) => ({ pattern: parseJobPattern(text), rule: checkedRule(rule, hashes) }))
    .sort((a, b) => compareSpecificity(a.pattern, b.pattern))
  /** By the patterns that fit: types of jobs may be any number, these are not. */
  const compiled = new Map<string, JobRules>()
  const kept = new Map<string, JobRules>()

  function made(jobType: string): JobRules {
    const fitting = patterns.filter(({ pattern }) => pattern.matches(jobType))
    const id = JSON.stringify(fitting.map(({ pattern }) => pattern.text))
    const rules = compiled.get(id) ?? jobRules(options, [general, ...fitting.map(({ rule }) => rule)])
    compiled.set(id, rules)
    return rules
  }

  return Object.freeze({
    for(jobType: string): JobRules {
      if (typeof jobType !== 'string') fail('config', 'the type of a job is a text')
      let rules = kept.get(jobType)
      if (!rules) {
        rules = made(jobType)
        if (kept.size >= MAX_KEPT) kept.clear()
        kept.set(jobType, rules)
      }
      return rules
    },
  })
}
