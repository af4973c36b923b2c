import { states } from '@waxseal/adapter-pg-boss'
import { selectFields } from '@waxseal/core'
import type { Policies } from './backends/backend.js'
import type { InputJob } from './job-file.js'
import { createSearch, type Form, MIN_BYTES } from './search.js'

/** What the store must not hold. */
export interface Secrets {
  readonly values: ReadonlySet<string>
  /** Too short to be searched for: they stand somewhere by chance. */
  readonly tooShort: number
  /** Of the same text as something that the policies leave readable: no search can tell them apart. */
  readonly alsoReadable: number
}

// Eight digits stand in time stamps and identifiers.
const MIN_DIGITS = 9

/** All texts and numbers in a value, as text. */
function* leavesOf(value: unknown): Generator<string> {
  if (typeof value === 'string' || typeof value === 'number') yield String(value)
  else if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) yield* leavesOf(member)
}

const isTelling = (leaf: string): boolean =>
  /^[\d.-]*$/.test(leaf) ? leaf.length >= MIN_DIGITS : Buffer.byteLength(leaf) >= MIN_BYTES

/** Every text in the fields that the policies seal. `queueWords`: what the queue itself writes, pg-boss unless told. */
export async function secretsOf(
  jobs: readonly InputJob[],
  policies: Policies,
  queueWords: readonly string[] = Object.values(states),
): Promise<Secrets> {
  const sealed = new Set<string>()
  const readable: string[] = [...queueWords, ...new Set(jobs.map(({ type }) => type))]
  for (const { type, data } of jobs) {
    const policy = policies(type)
    if (!policy) for (const leaf of leavesOf(data)) sealed.add(leaf)
    else {
      const selected = await selectFields(data, policy)
      for (const { value } of selected) for (const leaf of leavesOf(value)) sealed.add(leaf)
      readable.push(JSON.stringify(without(data, new Set(selected.map(({ pointer }) => pointer)))))
    }
  }
  const telling = new Set([...sealed].filter(isTelling))
  const clear = new Set<string>()
  const search = createSearch(telling)
  const asItIs = (value: string, form: Form) => {
    if (form === 'raw' || form === 'JSON-escaped') clear.add(value)
  }
  for (const text of readable) search(text, asItIs)
  return { values: telling.difference(clear), tooShort: sealed.size - telling.size, alsoReadable: clear.size }
}

/** A document without the members at these pointers. */
function without(value: unknown, pointers: ReadonlySet<string>, at = ''): unknown {
  if (pointers.has(at)) return null
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([key, member]) => {
    const token = key.replaceAll('~', '~0').replaceAll('/', '~1')
    return [key, without(member, pointers, `${at}/${token}`)] as const
  })
  return Array.isArray(value) ? members.map(([, member]) => member) : Object.fromEntries(members)
}
