import type { SealedJob } from '@waxseal/adapter-kit'
import { type HostEvent, openEvent } from './events.js'
import { anyListener } from './listener.js'
import { revivedError } from './revived-error.js'
import { createRunSealing } from './run-sealing.js'
import type { SealOptions } from './seal-options.js'

/** Opens what Inngest's API shows of events and runs. Throws the error of what does not open. */
export interface Reader {
  /** `functionId`: whom an event `inngest/function.invoked` was for. */
  openEvent<Event extends { readonly name: string; readonly data?: unknown }>(event: Event, functionId?: string): Promise<Event>
  /** The result of a function or of one of its steps. `data`: those of the run's event as they are stored, where the scope depends on them. */
  openResult(functionId: string, stored: unknown, data?: unknown): Promise<unknown>
  /** As `openResult`, of an error as it is stored: what is not sealed stays as it is. */
  openError(functionId: string, stored: { readonly message: string; readonly name?: string }, data?: unknown): Promise<Error>
}

/**
 * For whoever has the key: events and outputs as Inngest's API gives them, opened. `functionId` is the full id, `billing-charge`.
 *
 * @example
 * const { openResult } = createReader({ sealer, app: 'billing' })
 * const receipt = await openResult('billing-charge', run.output)
 */
export function createReader(options: SealOptions): Reader {
  const seal = createRunSealing(options)
  return Object.freeze({
    openEvent: async <Event extends { readonly name: string; readonly data?: unknown }>(event: Event, functionId = '') =>
      (await openEvent(seal, event as unknown as HostEvent, anyListener(functionId))) as unknown as Event,
    openResult: (name: string, stored: unknown, data?: unknown) => seal.openResult({ name, data }, stored),
    async openError(name: string, stored: { readonly message: string; readonly name?: string }, data?: unknown) {
      const job: SealedJob = { name, data }
      return revivedError((await seal.openDetails(job, stored.message)) ?? stored)
    },
  })
}
