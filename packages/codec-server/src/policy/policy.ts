import { fieldPolicy, WaxsealError } from '@waxseal/core'
import type { Caller } from '../callers/caller.js'
import { compilePattern, type Pattern } from './pattern.js'
import { callersNamed } from './who.js'

/** How a value is given out. */
export type Disclosure = 'clear' | 'masked' | 'nothing'

export interface PolicyRule {
  /** Ids of callers, `group:NAME`, or `*` for every caller who is known. */
  readonly who: readonly string[]
  readonly give: Disclosure
  /**
   * Where the envelope belongs, as opening proves; all that is given must match. Default: anywhere. A namespace is that of the context:
   * what a request says beside it gives nobody more.
   */
  readonly where?:
    | {
        readonly namespace?: Pattern | undefined
        /** Pairs that the context must hold. */
        readonly context?: Readonly<Record<string, Pattern>> | undefined
        readonly scope?: Pattern | undefined
        /** Group of a document's fields. */
        readonly group?: Pattern | undefined
      }
    | undefined
  /** Which parts of what is opened. Default: all of it. */
  readonly what?:
    | {
        /** Selectors of a field policy: JSON Pointers in which `*` is one level and `**` any depth. */
        readonly pointers?: readonly string[] | undefined
        /**
         * Types of personal data, as `CREDIT_CARD`, that the detector tells. `nothing` holds for what has any of them in it, `clear` and
         * `masked` for what is of them alone.
         */
        readonly types?: readonly string[] | undefined
      }
    | undefined
  /** Whether it may also be sealed through this server. Default: no. */
  readonly seal?: boolean | undefined
  /**
   * Whether the rule also holds for payloads that another system encrypted. They prove nothing of where they belong: the namespace is what
   * the request says, and `context` is that alone. Default: no, so such payloads are refused.
   */
  readonly foreign?: boolean | undefined
}

/** What a rule is judged by before anything is opened. */
export interface Subject {
  readonly namespace: string | undefined
  readonly context: Readonly<Record<string, string>>
  readonly scope: string | undefined
  readonly group: string | undefined
  /** Whether opening proves nothing of all this. */
  readonly foreign?: boolean | undefined
  /** The most that the caller wants to see of it, whatever the rules give. */
  readonly show?: 'masked' | undefined
}

/** One answer to a part of what was opened. */
export interface Clause {
  readonly give: Disclosure
  readonly pointers: readonly string[] | undefined
  readonly types: readonly string[] | undefined
}

/** What a caller may see of one envelope: the first clause that fits a part decides; a part that none fits is withheld. */
export type Grant = readonly Clause[]

export interface Policy {
  /** Undefined where nothing may be opened: then nothing is. */
  grantFor(caller: Caller, subject: Subject): Grant | undefined
  maySeal(caller: Caller, subject: Subject): boolean
}

interface Compiled extends Clause {
  readonly applies: (caller: Caller, subject: Subject) => boolean
  readonly seal: boolean
}

const KNOWN = {
  rule: ['who', 'give', 'where', 'what', 'seal', 'foreign'],
  where: ['namespace', 'context', 'scope', 'group'],
  what: ['pointers', 'types'],
} as const

/** A name that is not known would make a rule hold for more than was meant. */
function checkNames(part: keyof typeof KNOWN, value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new WaxsealError('config', `${part} of the policy is an object`)
  for (const name of Object.keys(value))
    if (!(KNOWN[part] as readonly string[]).includes(name))
      throw new WaxsealError('config', `${name} is nothing that ${part} of the policy has`)
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((text) => typeof text === 'string' && text !== '')

function checkRule(rule: PolicyRule): void {
  checkNames('rule', rule)
  const { where = {}, what = {}, seal = false, foreign = false } = rule
  checkNames('where', where)
  checkNames('what', what)
  const { pointers, types } = what
  if (pointers !== undefined && !isTexts(pointers)) throw new WaxsealError('config', 'pointers is a list of selectors')
  if (types !== undefined && !isTexts(types)) throw new WaxsealError('config', 'types is a list of types')
  if (typeof seal !== 'boolean' || typeof foreign !== 'boolean')
    throw new WaxsealError('config', 'seal and foreign are true or false')
  fieldPolicy({ fields: pointers ?? [] })
}

function compileRule(rule: PolicyRule): Compiled {
  checkRule(rule)
  const { who, give, where = {}, what = {}, seal = false, foreign = false } = rule
  const isNamed = callersNamed(who)
  if (!['clear', 'masked', 'nothing'].includes(give)) throw new WaxsealError('config', "give is 'clear', 'masked' or 'nothing'")
  const optional = (pattern: Pattern | undefined) => {
    const matches = pattern === undefined ? undefined : compilePattern(pattern)
    return (text: string | undefined) => !matches || (text !== undefined && matches(text))
  }
  const [namespace, scope, group] = [optional(where.namespace), optional(where.scope), optional(where.group)]
  const pairs = Object.entries(where.context ?? {}).map(([name, pattern]) => [name, compilePattern(pattern)] as const)
  return {
    give,
    pointers: what.pointers,
    types: what.types,
    seal,
    applies: (caller, subject) =>
      isNamed(caller) &&
      (foreign || !subject.foreign) &&
      namespace(subject.namespace) &&
      scope(subject.scope) &&
      group(subject.group) &&
      pairs.every(([name, matches]) => Object.hasOwn(subject.context, name) && matches(subject.context[name]!)),
  }
}

const atMost = (show: Subject['show'], clauses: Grant): Grant =>
  show === 'masked' ? clauses.map((clause) => (clause.give === 'clear' ? { ...clause, give: show } : clause)) : clauses

/** Compiles rules; the first that applies decides. `config` for rules that do not fit. */
export function createPolicy(rules: readonly PolicyRule[]): Policy {
  if (!Array.isArray(rules)) throw new WaxsealError('config', 'policy is a list of rules')
  const compiled = rules.map(compileRule)
  return {
    grantFor(caller, subject) {
      const clauses: Clause[] = []
      for (const rule of compiled) {
        if (!rule.applies(caller, subject)) continue
        clauses.push(rule)
        // Whatever comes behind a rule for all parts is never asked.
        if (!rule.pointers && !rule.types) break
      }
      return clauses.some(({ give }) => give !== 'nothing') ? atMost(subject.show, clauses) : undefined
    },
    maySeal: (caller, subject) =>
      compiled.find((rule) => rule.applies(caller, subject) && !rule.pointers && !rule.types)?.seal === true,
  }
}
