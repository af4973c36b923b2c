import type { Dump } from './backends/backend.js'
import type { Form, Search } from './search.js'
import { turn } from './turn.js'

export interface ScanReport {
  /** Tables, keys or the like, empty ones included. */
  readonly places: number
  readonly bytes: number
  /** Where a value was found, and in what form. Never the value. */
  readonly hits: readonly { readonly where: string; readonly form: Form }[]
}

export interface ScanOptions {
  /** Gets each value that was found; false: it is no hit. */
  readonly isHit?: (value: string, form: Form) => boolean
  readonly signal?: AbortSignal
}

const ITEMS_A_TURN = 500

/** Searches all that a store holds. */
export async function scanDump({ places, items }: Dump, search: Search, options: ScanOptions = {}): Promise<ScanReport> {
  const { isHit = () => true, signal } = options
  const hits: { where: string; form: Form }[] = []
  let count = 0
  let size = 0
  for await (const item of items) {
    if (count++ % ITEMS_A_TURN === 0) await turn(signal)
    const bytes = 'text' in item ? Buffer.from(item.text) : item.bytes
    size += bytes.length
    search(bytes, (value, form) => {
      if (isHit(value, form)) hits.push({ where: item.where, form })
    })
  }
  return { places, bytes: size, hits }
}
