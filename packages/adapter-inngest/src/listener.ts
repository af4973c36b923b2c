import type { Middleware } from 'inngest'

type HostFunction = Middleware.TransformFunctionInputArgs['fn']

/** What of a function decides which events of Inngest's own it is given. */
export interface Listener {
  /** The function's id with the id of its client before it. */
  readonly id: string
  readonly hasSchedule: boolean
  /** Made by `createDefer`: it has no triggers of its own. */
  readonly isDeferred: boolean
  listensTo(name: string): boolean
}

export interface Trigger {
  readonly cron?: unknown
  readonly event?: string | { readonly name: string }
}

const FAILED = 'inngest/function.failed'

/** Whether an event of this name is one that the trigger names. */
export const matches = (trigger: Trigger, name: string): boolean => {
  const event = typeof trigger.event === 'object' ? trigger.event.name : trigger.event
  if (event === undefined) return false
  return event.endsWith('*') ? name.startsWith(event.slice(0, -1)) : event === name
}

export function listenerOf(fn: HostFunction, clientId: string): Listener {
  const triggers = (fn.opts.triggers ?? []) as readonly Trigger[]
  return {
    id: fn.id(clientId),
    hasSchedule: triggers.some(({ cron }) => cron !== undefined),
    isDeferred: triggers.length === 0 && 'schema' in fn,
    listensTo: (name) =>
      triggers.some((trigger) => matches(trigger, name)) || (name === FAILED && fn.opts.onFailure !== undefined),
  }
}

/** Of a function that is not at hand: it may listen to anything. */
export const anyListener = (id: string): Listener => ({
  id,
  hasSchedule: true,
  isDeferred: false,
  listensTo: () => true,
})
