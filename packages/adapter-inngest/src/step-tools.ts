import type { Middleware } from 'inngest'
import { matches, type Trigger } from './listener.js'

type Tools = Middleware.StepTools
type Run = (id: unknown, handler: (...input: unknown[]) => unknown, ...input: unknown[]) => Promise<unknown>
type Send = (id: unknown, payload: unknown) => Promise<unknown>
type Wait = (id: unknown, options: Trigger) => Promise<{ readonly name: string } | null>

/** Binds the arguments of a step to its handler, because Inngest is sent the arguments of steps in clear. */
const bound =
  (run: Run): Run =>
  (id, handler, ...input) =>
    input.length === 0 ? run(id, handler) : run(id, () => handler(...input))

/** A copy of an event that is nothing as JSON; copies of it are events as others. */
const unprintable = (event: unknown): unknown =>
  typeof event === 'object' && event !== null
    ? Object.defineProperty({ ...event }, 'toJSON', { value: () => null, enumerable: false })
    : event

/** Inngest's step tools, whose arguments do not reach Inngest. */
export const quietTools = (step: Tools): Tools =>
  ({
    ...step,
    run: bound(step.run as unknown as Run),
    ai: { ...step.ai, wrap: bound(step.ai.wrap as unknown as Run) },
    sendEvent: (id: unknown, payload: unknown) =>
      (step.sendEvent as unknown as Send)(id, Array.isArray(payload) ? payload.map(unprintable) : unprintable(payload)),
  }) as unknown as Tools

/** Inngest's step tools, of which none gives another event than the one that it waits for. */
export const namedTools = (step: Tools, refuse: () => Promise<never>): Tools =>
  ({
    ...step,
    async waitForEvent(id: unknown, options: Trigger) {
      const event = await (step.waitForEvent as unknown as Wait)(id, options)
      return event === null || matches(options, event.name) ? event : refuse()
    },
  }) as unknown as Tools
