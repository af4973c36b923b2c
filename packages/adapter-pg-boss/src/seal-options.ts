import { type FieldPolicy, type FieldPolicyOptions, type MigrationWindow, type Sealer, WaxsealError } from '@waxseal/core'

/** What a scope may be chosen by: the queue, and the data as the database shows them (sealed fields hold placeholders when opening). */
export type SealScope = string | ((job: { readonly queue: string; readonly data: unknown }) => string | undefined)

export interface SealOptions {
  readonly sealer: Sealer
  /** Name of the application: part of every context. */
  readonly app: string
  /** Which fields of `data` are sealed, for all queues or by queue; without one, and where it gives undefined, all of `data` is. */
  readonly policy?: FieldPolicy | FieldPolicyOptions | ((queue: string) => FieldPolicy | FieldPolicyOptions | undefined) | undefined
  /** Whose key: an id, or a function of the job that gives the same when sealing and when opening. */
  readonly scope?: SealScope | undefined
  /**
   * Job type by queue, where it is not the queue's name: a stable alias after a rename, or, for a dead letter queue and for a queue
   * that is subscribed to events, the list of the job types that it may hold.
   */
  readonly jobTypes?: Readonly<Record<string, string | readonly string[]>> | undefined
  /** `plaintext` is the first step of a roll-out: everything reads sealed jobs, nothing writes them yet. Default `sealed`. */
  readonly write?: 'sealed' | 'plaintext' | undefined
  /** Lets jobs through that are not sealed, for a while. Needed with `write: 'plaintext'`. */
  readonly plaintext?: MigrationWindow | undefined
  /** Carry the context in clear, so that dashboards and the codec server can open. Default true. */
  readonly storeContext?: boolean | undefined
  /** Whether a failure's message, stack and causes are kept sealed for the owner, or dropped. Default `sealed`. */
  readonly errors?: 'sealed' | 'dropped' | undefined
}

/** Refuses options that would leave something in clear by accident. */
export function checkSealOptions(seal: SealOptions): SealOptions {
  if (typeof seal?.app !== 'string' || seal.app === '') throw new WaxsealError('config', 'seal.app names the application')
  if (typeof seal.sealer?.seal !== 'function') throw new WaxsealError('config', 'seal.sealer is a sealer made by createSealer')
  if (seal.write === 'plaintext' && !seal.plaintext)
    throw new WaxsealError('config', "write: 'plaintext' needs a plaintext window, or what it writes could not be read")
  return seal
}
