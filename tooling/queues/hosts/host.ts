import type { Sealer } from '@waxseal/core'

export interface Settings {
  readonly sealer: Sealer
  readonly app: string
}

export interface JobData {
  readonly n: number
  readonly text: string
}

/** A queue that belongs to one turn. Without settings it is the host's own. */
export interface Queue {
  /** Stores all jobs. */
  add(jobs: readonly object[]): Promise<void>
  /** Handles all of them; ends when the last is settled. */
  work(handler: (job: object) => Promise<unknown>): Promise<void>
  close(): Promise<void>
}

/** A queueing system on a server of its own. */
export interface Host {
  readonly name: string
  /** Whether it stores what a handler returns. */
  readonly keepsResults: boolean
  queue(name: string, seal: Settings | undefined): Promise<Queue>
  stop(): Promise<void>
}

export const CONCURRENCY = 8
export const TYPE = 'job'

/** Pieces of a list, in order. */
export const pieces = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size))
