import { type Failure, usage } from '../failure.js'
import type { Operation, Service } from './service.js'

const WORDS: Readonly<Record<Operation, string>> = {
  create: 'make a key',
  rotate: 'rotate it',
  suspend: 'suspend it',
  resume: 'take a suspension back',
  retire: 'retire it',
  destroy: 'destroy it',
  cancelDestroy: 'take its destruction back',
  shred: 'shred it',
  show: 'look at it',
  stats: 'count its uses',
  verifyAudit: 'see who used it',
}

/** Of what every service does the same, or none does. */
const ANYWHERE: Partial<Readonly<Record<Operation, string>>> = {
  retire: 'name another key before it under `keys`: the first seals, and the others open',
  shred: 'it is one key for all scopes; keys of a scope are those of a key store, `keys: { store }`',
}

/** What is left to do behind a rotation. */
const afterwards = (wraps: boolean): string =>
  wraps ? '. Then `waxseal reseal --mode rewrap` wraps anew what is stored' : '. Then `waxseal reseal` seals anew what is stored'

/** Why a command does not do to a key what its keeper has to, and how that is done there. */
export function refusal(operation: Operation, { title, key, how, wraps }: Service): Failure {
  const means = how[operation] ?? ANYWHERE[operation] ?? 'that is for whoever keeps it'
  const after = operation === 'rotate' ? afterwards(wraps) : ''
  return usage(`${key || 'this key'} is in ${title}, and in no key store`, `To ${WORDS[operation]}: ${means}${after}.`)
}
