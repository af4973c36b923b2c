import type { Scanned } from '@waxseal/conformance/leak-probe'
import { createSealer } from '@waxseal/core'
import { envKeys } from '@waxseal/keys-env'
import type { JobData, Settings } from '../hosts/host.ts'

export type FleetName = 'bullmq' | 'pg-boss' | 'graphile-worker'
export const QUEUE = 'crash'

/** A queue on a server of its own, whose workers are processes that may die. */
export interface Fleet {
  readonly name: FleetName
  /** Where workers find the server. */
  readonly address: string
  add(keys: string, jobs: readonly JobData[]): Promise<void>
  /** How many jobs are not finished. */
  open(): Promise<number>
  failed(): Promise<number>
  /** Does what an operator does when a worker is gone for good, where the host does not find out by itself soon. */
  died(): Promise<void>
  dump(): AsyncIterable<Scanned>
  stop(): Promise<void>
}

export const settingsOf = (keys: string): Settings => ({
  sealer: createSealer({ keys: envKeys({ env: { WAXSEAL_KEYS: keys } }) }),
  app: 'crash',
})

/** Runs jobs until it is killed. */
export type Work = (address: string, seal: Settings, handler: (job: JobData) => Promise<unknown>) => Promise<void>
