import type { PgBoss } from 'pg-boss'
import * as host from 'pg-boss'

/** A method of pg-boss, its original behaviour. */
export type HostMethod = (...args: readonly unknown[]) => Promise<unknown>
export type HostMethods = Readonly<Record<string, HostMethod>>

/** What the adapter relies on of a pg-boss of any supported version. */
export interface Db {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>
}

/** A job as pg-boss hands it out; most of it only where metadata were asked for. */
export interface HostJob {
  readonly id: string
  readonly name: string
  readonly data: unknown
  readonly state?: string
  readonly output?: unknown
  /** In a dead letter queue: the output of the job that failed. Version 10 and 11 copy it to `output`. */
  readonly sourceOutput?: unknown
}

export type Host = typeof PgBoss

// Versions 10 and 11 are CommonJS and export the class itself.
export const HostClass: Host = (host.PgBoss ?? (host as { default?: unknown }).default) as Host

/** The methods of an instance, bound to it: of its class, and those that versions 10 and 11 put on each instance. */
export function hostMethods(boss: object, { prototype }: Host): HostMethods {
  const methods: Record<string, HostMethod> = {}
  for (const name of [...Object.getOwnPropertyNames(prototype), ...Object.keys(boss)]) {
    const method = (boss as Record<string, unknown>)[name]
    if (name !== 'constructor' && !name.startsWith('_') && typeof method === 'function')
      methods[name] = method.bind(boss) as HostMethod
  }
  return methods
}
