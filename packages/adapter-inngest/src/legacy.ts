import { isObject, JOB, SEALED } from '@waxseal/adapter-kit'
import { type InngestKeyOptions, inngestReader, isInngestEncrypted } from '@waxseal/formats'

/** Reads what Inngest's encryption middleware wrote; what it did not write stays as it is. */
export interface Legacy {
  /** Whether it is a whole value of the middleware's. */
  reads(value: unknown): boolean
  open(value: unknown): unknown
  /** The data of an event whose top-level members the middleware may have encrypted. */
  openMembers(data: unknown): unknown
}

export function createLegacy(options: InngestKeyOptions | undefined): Legacy {
  const read = options && inngestReader(options)
  const reads = (value: unknown) => read !== undefined && isInngestEncrypted(value)
  const open = (value: unknown) => (reads(value) ? read!(value) : value)
  return {
    reads,
    open,
    openMembers(data) {
      if (!read || !isObject(data) || Object.hasOwn(data, SEALED) || Object.hasOwn(data, JOB)) return data
      return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, open(value)]))
    },
  }
}
