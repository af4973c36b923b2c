import type { Event, EventActions } from '@google/adk'
import { WaxsealError } from '@waxseal/core'
import { eventContext } from './context.js'
import { isObject, jsonOf } from './json-value.js'
import type { SessionSealOptions } from './options.js'
import type { SealedPlace, States } from './state.js'
import { createValues, type ValuePlace, type Values } from './values.js'

/** The member of `customMetadata` that holds what is sealed of an event: every service keeps names and texts there as they are. */
export const SEALED_MEMBER = 'waxseal'
const PLACEHOLDER = '[sealed]'
/** What stays readable beside `id`; sealed too, so that a change shows. */
const CLEAR = ['invocationId', 'author', 'timestamp', 'branch'] as const

export interface Events {
  /** The event as the inner service gets it. `stateDelta` is sealed already. */
  seal(event: Event, stateDelta: EventActions['stateDelta'], place: SealedPlace): Promise<Event>
  open(stored: Event, place: SealedPlace): Promise<Event>
}

/** Names of actions stay, their contents go: maps are emptied, switches stay as they are. */
function clearActions(actions: EventActions, stateDelta: EventActions['stateDelta']): EventActions {
  const clear = Object.entries(actions).map(([name, value]) => {
    if (value === undefined || typeof value === 'boolean') return [name, value]
    return [name, Array.isArray(value) ? [] : typeof value === 'object' && value !== null ? {} : PLACEHOLDER]
  })
  return { ...(Object.fromEntries(clear) as EventActions), stateDelta }
}

const sealedOf = (event: Event): unknown =>
  isObject(event.customMetadata) && Object.hasOwn(event.customMetadata, SEALED_MEMBER)
    ? event.customMetadata[SEALED_MEMBER]
    : undefined

export function createEvents(options: SessionSealOptions, states: States, values: Values = createValues(options)): Events {
  const { encryptFields, eventIds = 'kept' } = options
  const seals = encryptFields?.includes('events') ?? true
  if (eventIds !== 'kept' && eventIds !== 'reassigned') throw new WaxsealError('config', "eventIds is 'kept' or 'reassigned'")
  const kept = eventIds === 'kept'

  const placeOf = (place: SealedPlace, event: Event): ValuePlace => ({
    context: eventContext(place, kept ? event.id : undefined),
    scope: options.scope?.({ appName: place.appName, userId: place.user }),
  })

  async function openSealed(stored: Event, sealed: unknown, at: ValuePlace): Promise<Event> {
    const opened = await values.open(sealed, at, true)
    if (!isObject(opened) || !isObject(opened.actions)) throw new WaxsealError('malformed', 'what is sealed is no event')
    if (kept && CLEAR.some((name) => (stored[name] ?? undefined) !== opened[name]))
      throw new WaxsealError('document_changed', 'an event was changed after it was sealed')
    const { customMetadata: _, ...clear } = stored
    const event = { ...clear, ...opened, id: stored.id } as unknown as Event
    for (const name of Object.keys(stored)) if (!Object.hasOwn(opened, name) && name !== 'id') delete event[name as keyof Event]
    return event
  }

  return {
    async seal(event, stateDelta, place) {
      const actions = event.actions ?? {}
      if (!seals) {
        if (sealedOf(event) !== undefined)
          throw new WaxsealError('already_sealed', `the event has customMetadata.${SEALED_MEMBER}: it may be sealed already`)
        return { ...event, actions: { ...actions, stateDelta } }
      }
      const { stateDelta: _, ...others } = actions
      const sealed = await values.seal(jsonOf({ ...event, actions: others }), placeOf(place, event))
      const { id, partial, ...rest } = event
      const clear = Object.fromEntries(CLEAR.flatMap((name) => (rest[name] === undefined ? [] : [[name, rest[name]]])))
      // Marks of ADK's are symbols.
      const marks = Object.fromEntries(Object.getOwnPropertySymbols(event).map((mark) => [mark, Reflect.get(event, mark)]))
      return {
        ...marks,
        id,
        ...(partial === undefined ? {} : { partial }),
        ...clear,
        actions: clearActions(actions, stateDelta),
        customMetadata: { [SEALED_MEMBER]: sealed },
      } as unknown as Event
    },

    async open(stored, place) {
      const sealed = sealedOf(stored)
      const at = placeOf(place, stored)
      const event =
        sealed === undefined ? ((await values.open(stored, at, seals)) as Event) : await openSealed(stored, sealed, at)
      const stateDelta = await states.open(stored.actions?.stateDelta ?? {}, place)
      return { ...event, actions: { ...event.actions, stateDelta } }
    },
  }
}
