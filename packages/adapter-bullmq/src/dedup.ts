import { memberOf } from '@waxseal/adapter-kit'
import type { JobOptions } from './host.js'
import { isOurs, standFor } from './revealed.js'
import type { SealOptions } from './seal-options.js'

export interface Dedup {
  /** An id that BullMQ compares, as it is stored. */
  idOf(queue: string, id: string): Promise<string>
  /** A job's options with such ids as they are stored. */
  optionsOf(opts: JobOptions | undefined, queue: string): Promise<JobOptions | undefined>
}

/** Ids of deduplication as keyed hashes. Whoever asks for one knows its queue, and not always its job. */
export function createDedup({ dedup, write }: SealOptions): Dedup {
  const idOf = async (queue: string, id: string): Promise<string> =>
    dedup && write !== 'plaintext' ? dedup.value(queue, String(id)) : id

  return {
    idOf,
    async optionsOf(opts, queue) {
      const changed: JobOptions = { ...opts }
      for (const name of ['deduplication', 'debounce']) {
        const given = opts?.[name]
        const id = memberOf(given, 'id')
        if (id !== undefined && id !== null && !isOurs(given))
          changed[name] = standFor({ ...(given as object), id: await idOf(queue, id as string) }, given)
      }
      return opts && changed
    },
  }
}
