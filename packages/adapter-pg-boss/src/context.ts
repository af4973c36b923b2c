import type { Sealer } from '@waxseal/core'
import type { SealOptions } from './seal-options.js'

export type ContextOptions = Pick<SealOptions, 'app' | 'jobTypes'>

/** What of a job is sealed; each opens only as what it was sealed as. */
export type Surface = 'data' | 'output' | 'error'

function jobTypesOf({ jobTypes }: ContextOptions, queue: string): readonly string[] {
  const types = jobTypes && Object.hasOwn(jobTypes, queue) ? jobTypes[queue]! : queue
  return typeof types === 'string' ? [types] : types
}

/**
 * The context under which a part of a job is sealed: `app`, `job` (its type, never the state of its queue) and `surface`.
 *
 * @example
 * const context = contextOf({ name: 'invoice' }, 'data', { app: 'billing' })   // { app: 'billing', job: 'invoice', surface: 'data' }
 */
export const contextOf = (job: { readonly name: string }, surface: Surface, options: ContextOptions): Record<string, string> => ({
  app: options.app,
  job: jobTypesOf(options, job.name)[0] ?? job.name,
  surface,
})

/**
 * The context to open with. Where configuration lists several job types for a queue, the stored context chooses among them: it
 * can name no other, and opening proves the choice.
 */
export function openingContext(sealer: Sealer, queue: string, surface: Surface, options: ContextOptions, envelope: unknown): Record<string, string> {
  const types = jobTypesOf(options, queue)
  const context = contextOf({ name: queue }, surface, options)
  if (types.length < 2 || typeof envelope !== 'string') return context
  const claimed = sealer.inspect(envelope).context?.job
  return claimed !== undefined && types.includes(claimed) ? { ...context, job: claimed } : context
}
