import type { SealOptions as JobSealOptions } from '@waxseal/adapter-kit'
import type { InngestKeyOptions } from '@waxseal/formats'

/**
 * What goes to Inngest in clear because Inngest itself works on it, in Inngest's names of step types. `unknown` is what it calls
 * `step.sendSignal`; `defer` is the context's `defer`.
 */
export type ClearStep = 'ai.infer' | 'fetch' | 'realtime.publish' | 'waitForSignal' | 'unknown' | 'defer'

/** How events and runs are sealed. The job type is the event's name for its data, and the function's full id for everything else. */
export interface SealOptions extends Omit<JobSealOptions, 'retention'> {
  /** Keys of Inngest's encryption middleware: what it wrote is still read. */
  readonly legacy?: InngestKeyOptions | undefined
  /** Steps whose data may go to Inngest in clear. Default: none, they fail. */
  readonly clear?: readonly ClearStep[] | undefined
}
