import { type CreateEventParams, createEvent, type Event } from '@google/adk'
import { createSealer, generateKey, type SealerEvent, staticKeys } from '@waxseal/core'
import { expect } from 'vitest'

/** A sealer, and what it told. */
export function createWatched() {
  const told: SealerEvent[] = []
  const keys = staticKeys([{ kid: 'k1', key: generateKey() }])
  const sealer = createSealer({ keys, onEvent: (event) => told.push(event) })
  return {
    sealer,
    keys,
    opened: () => told.filter(({ operation }) => operation === 'open').length,
    told,
    forget: () => told.splice(0),
  }
}

/** An event with an id and a time of its own, so that two services get equal ones. */
export const eventAt = (timestamp: number, params: CreateEventParams = {}): Event =>
  createEvent({ id: `event-${timestamp}`, invocationId: 'i1', author: 'helper', timestamp, ...params })

export const code = (name: string) => expect.objectContaining({ code: name })
