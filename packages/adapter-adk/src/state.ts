import { ownerOf, type SessionPlace, stateContext } from './context.js'
import { jsonOf, mapMembers } from './json-value.js'
import type { SessionSealOptions } from './options.js'
import { stateKeys } from './state-keys.js'
import { createValues, isEnvelope, type ValuePlace, type Values } from './values.js'

type Members = Readonly<Record<string, unknown>>

/** A session as its owner knows it, and by the names of contexts. */
export interface SealedPlace extends SessionPlace {
  readonly appName: string
}

/** Seals and opens states and deltas, key by key, so that the inner service can merge them. */
export interface States {
  /** Not for `temp:` keys: those are for nobody to store. */
  seal(members: Members, place: SealedPlace): Promise<Record<string, unknown>>
  open(members: Members, place: SealedPlace, opened?: OpenedValues): Promise<Record<string, unknown>>
}

/** Of one call: values that sessions share are opened once. */
export type OpenedValues = Map<string, Promise<unknown>>

export function createStates(options: SessionSealOptions, values: Values = createValues(options)): States {
  const sealsKey = stateKeys(options)
  const placeOf = (place: SealedPlace, key: string): ValuePlace => ({
    context: stateContext(place, key),
    scope: options.scope?.({ appName: place.appName, ...(ownerOf(key) === 'app' ? {} : { userId: place.user }) }),
  })

  return {
    seal: (members, place) =>
      mapMembers(members, async (key, given) => {
        const value = jsonOf(given)
        // What looks like an envelope would be taken for one when it is read.
        if (value === undefined || !(sealsKey(key) || isEnvelope(value))) return given
        return values.seal(value, placeOf(place, key))
      }),

    open: (members, place, opened: OpenedValues = new Map()) =>
      mapMembers(members, (key, stored) => {
        if (stored === undefined) return Promise.resolve(stored)
        const at = placeOf(place, key)
        const openValue = () => values.open(stored, at, sealsKey(key))
        if (!isEnvelope(stored) || ownerOf(key) === 'session') return openValue()
        const id = JSON.stringify([at.context, at.scope, stored])
        const value = opened.get(id) ?? openValue()
        opened.set(id, value)
        // Sessions that share a value do not share the object.
        return value.then((shared) => (typeof shared === 'object' ? structuredClone(shared) : shared))
      }),
  }
}
