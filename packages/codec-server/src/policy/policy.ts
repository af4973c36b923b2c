import { WaxsealError } from '@waxseal/core'
import type { Caller } from '../callers/caller.js'
import { compilePattern, type Pattern } from './pattern.js'

/** How a value is given out. */
export type Disclosure = 'clear' | 'masked' | 'nothing'

export interface PolicyRule {
  /** Ids of callers, `group:NAME`, or `*` for every caller who is known. */
  readonly who: readonly string[]
  readonly give: Disclosure
  /** Where the envelope belongs; all that is given must match. Default: anywhere. */
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
        /** Types of personal data, as `CREDIT_CARD`, that the detector tells. */
        readonly types?: readonly string[] | undefined
      }
    | undefined
  /** Whether it may also be sealed through this server. Default: no. */
  readonly seal?: boolean | undefined
}

/** What a rule is judged by before anything is opened. */
export interface Subject {
  readonly namespace: string | undefined
  readonly context: Readonly<Record<string, string>>
  readonly scope: string | undefined
  readonly group: string | undefined
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

function compileRule({ who, give, where = {}, what = {}, seal = false }: PolicyRule): Compiled {
  if (!Array.isArray(who) || who.length === 0 || !who.every((name) => typeof name === 'string' && name !== ''))
    throw new WaxsealError('config', 'a rule says who')
  if (!['clear', 'masked', 'nothing'].includes(give)) throw new WaxsealError('config', "give is 'clear', 'masked' or 'nothing'")
  for (const key of [...Object.keys(where), ...Object.keys(what)])
    if (!['namespace', 'context', 'scope', 'group', 'pointers', 'types'].includes(key))
      throw new WaxsealError('config', `${key} is nothing that a rule is judged by`)
  const optional = (pattern: Pattern | undefined) => {
    const matches = pattern === undefined ? undefined : compilePattern(pattern)
    return (text: string | undefined) => !matches || (text !== undefined && matches(text))
  }
  const [namespace, scope, group] = [optional(where.namespace), optional(where.scope), optional(where.group)]
  const pairs = Object.entries(where.context ?? {}).map(([name, pattern]) => [name, compilePattern(pattern)] as const)
  const isNamed = (caller: Caller) =>
    who.some((name) => name === '*' || name === caller.id || (name.startsWith('group:') && caller.groups.includes(name.slice(6))))
  return {
    give,
    pointers: what.pointers,
    types: what.types,
    seal,
    applies: (caller, subject) =>
      isNamed(caller) &&
      namespace(subject.namespace) &&
      scope(subject.scope) &&
      group(subject.group) &&
      pairs.every(([name, matches]) => Object.hasOwn(subject.context, name) && matches(subject.context[name]!)),
  }
}

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
      return clauses.some(({ give }) => give !== 'nothing') ? clauses : undefined
    },
    maySeal: (caller, subject) =>
      compiled.find((rule) => rule.applies(caller, subject) && !rule.pointers && !rule.types)?.seal === true,
  }
}
