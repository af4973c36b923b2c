import { isPromise, type MaybePromise } from '../../flow.js'
import type { Surroundings } from './attempts.js'

/** One call at a time for the same key, whose outcome all who ask meanwhile share. */
export type SingleFlight<T> = (key: string, make: () => MaybePromise<T>) => MaybePromise<T>

interface Flight<T> {
  readonly promise: Promise<T>
  readonly since: number
}

/**
 * A failure is shared with those who wait and not remembered. Who waits longer than `timeoutMs`, or comes that late, makes a call of
 * his own: a promise that a dead request left behind (Workers) holds up nobody for ever.
 */
export function createSingleFlight<T>(timeoutMs: number, around: Surroundings): SingleFlight<T> {
  const flights = new Map<string, Flight<T>>()

  function land(key: string, flight: Flight<T>): void {
    if (flights.get(key) === flight) flights.delete(key)
  }

  function lead(key: string, make: () => MaybePromise<T>): MaybePromise<T> {
    const made = make()
    if (!isPromise(made)) return made
    const flight: Flight<T> = { since: around.tick(), promise: made.finally(() => land(key, flight)) }
    flights.set(key, flight)
    return flight.promise
  }

  async function follow(key: string, flight: Flight<T>, make: () => MaybePromise<T>): Promise<T> {
    const late = Symbol('late')
    let calledOff = () => {}
    const timeout = new Promise<typeof late>((resolve) => {
      calledOff = around.after(timeoutMs, () => resolve(late))
    })
    const first = await Promise.race([flight.promise, timeout]).finally(() => calledOff())
    if (first !== late) return first as T
    land(key, flight)
    return join(key, make)
  }

  function join(key: string, make: () => MaybePromise<T>): MaybePromise<T> {
    const flight = flights.get(key)
    return flight && around.tick() - flight.since < timeoutMs ? follow(key, flight, make) : lead(key, make)
  }

  return join
}
