import type { Modifiers } from '../recogniser.js'
import { wordsOf } from '../text/words.js'
import { HOSTILE, type Lexicon, type Mention } from './lexicon.js'

/** What the name of a field, seen below its ancestors, says of its value. Made once per path of names and kept. */
export interface FieldName {
  /** The type that the name states. */
  readonly type: string | undefined
  /** It is called as a person is, and holds a name if it looks like one: `client`, `signed_by`. */
  readonly personal: boolean
  /** By type: how near the term is; ancestors count as farther. */
  readonly hints: ReadonlyMap<string, number>
  /** The name speaks of something that only looks like personal data. */
  readonly hostile: boolean
  /** It is called `value` or the like: a member beside it may say of what. */
  readonly carries: boolean
  /** A number of it is a quantity: `input_tokens`. */
  readonly counts: boolean
  /** Whether a value only says what belongs there, as texts of forms do: `Password`, `Enter your password`. */
  isLabel(type: string, value: string): boolean
  child(key: string): FieldName
}

const list = (words: string): ReadonlySet<string> => new Set(words.split(','))
/** What `address` only adds to: `email_adresse`, `ip адрес`. */
const ADDRESSED = list('EMAIL,IP_ADDRESS,MAC_ADDRESS')
/** Members whose name stands in a member beside them. */
const CARRIERS = list(
  'value,val,values,content,answer,old,new,before,after,oldValue,newValue,old_value,new_value,v,Value,Values,Content,Answer,VALUE',
)
const COUNTED = /^(?:tokens|sessions|cookies|secrets|credentials)$/
const LONGEST_LABEL = 80
const DIGIT = /\d/
/** Names are kept up to this many; then the tree begins anew, so that no document can fill it with what never comes again. */
const MAX_KEPT = 4096
/** Longer keys are worked out each time: what is kept stays small. */
const LONGEST_KEPT = 128
/** Of a longer key its end is read, which is what names the field. */
const LONGEST_READ = 256
const NO_HINTS: ReadonlyMap<string, number> = new Map()

interface Named extends FieldName {
  readonly words: readonly string[]
}

/** Knows the names of a document; what was once seen is looked up, not worked out. */
export function createFieldNames(lexicon: Lexicon, modifiers: readonly Modifiers[]): FieldName {
  let kept = 0
  const first = new Map<string, Named>()
  const all = (kind: keyof Modifiers) => list(modifiers.flatMap((words) => words[kind] ?? []).join())
  const properties = all('properties')
  const questions = all('questions')
  const generics = all('generic')
  const things = all('things')
  const persons = all('persons')
  const nameParts = all('nameParts')
  const isPerson = (word: string | undefined) => word !== undefined && (persons.has(word) || persons.has(word.replace(/s$/, '')))

  /** The type named by words that end in the field's own: the longest phrase, the last of equals. */
  function stated(words: readonly string[], mentions: readonly Mention[], from: number): string | undefined {
    let best: Mention | undefined
    for (const mention of mentions) {
      const end = mention.at + mention.length
      if (!mention.naming || end <= from) continue
      if (words.slice(end).some((word) => properties.has(word))) continue
      if (words.slice(Math.max(from, mention.at - 2), mention.at).some((word) => questions.has(word))) continue
      if (best && mention.length === best.length && mention.type === 'ADDRESS' && ADDRESSED.has(best.type)) continue
      if (!best || mention.length > best.length || (mention.length === best.length && mention.at > best.at)) best = mention
    }
    return best?.type
  }

  /** The type of names that stand for themselves only: with their number and what says nothing left out, and of no thing. */
  function alone(own: readonly string[], above: readonly string[]): string | undefined {
    const telling = own.filter((word) => !generics.has(word))
    const type = lexicon.whole(own) ?? (telling.length > 0 ? lexicon.whole(telling) : undefined)
    return type === 'PERSON' && above.slice(-2).some((word) => things.has(word)) ? undefined : type
  }

  /** A name, or a part of one, of somebody: `customer.first`, `rider_name`, `pt_ln`. */
  function ofPerson(own: readonly string[], above: readonly string[]): boolean {
    const telling = own.filter((word) => !generics.has(word) || nameParts.has(word))
    const last = telling[telling.length - 1]
    if (last === undefined || !nameParts.has(last)) return false
    const whose = telling.slice(0, -1).filter((word) => !nameParts.has(word))
    return whose.length > 0
      ? isPerson(whose[whose.length - 1])
      : isPerson(above[above.length - 1]) || isPerson(above[above.length - 2])
  }

  function isLabel(type: string, value: string): boolean {
    if (value.length > LONGEST_LABEL || DIGIT.test(value)) return false
    const words = wordsOf(value)
    const whole = lexicon.whole(words)
    if (whole !== undefined && (whole === type || (whole === 'PERSON' && type === 'USERNAME'))) return true
    return (
      type === 'SECRET' &&
      words.length > 1 &&
      value.includes(' ') &&
      lexicon.mentions(words).some((mention) => mention.naming && mention.type === type)
    )
  }

  function named(key: string, parent: Named | undefined): Named {
    const own = wordsOf(key.length > LONGEST_READ ? key.slice(-LONGEST_READ) : key)
    const above = parent?.words ?? []
    const words = above.length > 0 ? [...above.slice(-3), ...own] : own
    const from = words.length - own.length
    const mentions = lexicon.mentions(words)
    const generic = own.length > 0 && own.every((word) => generics.has(word))
    let type = stated(words, mentions, from) ?? alone(own, above) ?? (ofPerson(own, above) ? 'PERSON' : undefined)
    if (type === undefined && above.length > 0 && own.length === 1) {
      const turned = [own[0] as string, ...above.slice(-1)]
      type = stated(
        turned,
        lexicon.mentions(turned).filter(({ length }) => length === 2),
        0,
      )
    }
    if (type === undefined && (generic || own.length === 0)) type = parent?.type
    let hints: Map<string, number> | undefined
    let hostile = generic && parent?.hostile === true
    for (const mention of mentions) {
      if (mention.type === HOSTILE) {
        hostile ||= mention.at >= from
        continue
      }
      hints ??= new Map()
      const distance = Math.max(0, from - mention.at - mention.length + 1)
      if (distance < (hints.get(mention.type) ?? Number.POSITIVE_INFINITY)) hints.set(mention.type, distance)
    }
    for (const [hinted, distance] of parent?.hints ?? NO_HINTS) {
      if (distance > 3) continue
      hints ??= new Map()
      if (!hints.has(hinted)) hints.set(hinted, distance + 1)
    }
    const children = parent ? new Map<string, Named>() : first
    const personal = type === undefined && own.length < 3 && isPerson(own[own.length - 1])
    const name: Named = {
      type,
      personal,
      hints: hints ?? NO_HINTS,
      hostile,
      carries: CARRIERS.has(key),
      counts: COUNTED.test(own[own.length - 1] ?? ''),
      isLabel,
      words: own.length > 0 ? own : above,
      child(next) {
        let found = children.get(next)
        if (!found) {
          found = named(next, name)
          if (next.length > LONGEST_KEPT) return found
          if (kept++ >= MAX_KEPT) {
            first.clear()
            kept = 0
          }
          children.set(next, found)
        }
        return found
      },
    }
    return name
  }

  return named('', undefined)
}
