import {
  errorEnvelope,
  errorText,
  type InClear,
  JOB,
  type Located,
  memberOf,
  type Payloads,
  parseErrorText,
  SEALED,
  type SealedJob,
  type StoredObject,
  type Surface,
} from '@waxseal/adapter-kit'
import type { Context, FieldPolicy, FieldPolicyOptions } from '@waxseal/core'
import { elementOf } from '../elements.js'
import type { SealOptions } from '../seal-options.js'
import { COLUMNS } from './columns.js'
import { editedText } from './edited-text.js'
import type { StoredPart } from './rows.js'
import type { Swap } from './swap.js'

/** A payload, an element of one, an error, or a line of one. */
export interface StoredItem {
  /** Job, column and number. */
  readonly id: string
  /** An envelope, a document whose fields are sealed, or what stands there in clear. */
  readonly sealed: unknown
  /** Undefined where a setting throws, and where an envelope stands in a place that is not this package's. */
  readonly context: Context | undefined
  readonly scope?: string | undefined
  readonly policy?: FieldPolicy | FieldPolicyOptions | undefined
  /** Of what stands in clear and is to be sealed. */
  readonly seal?: () => Promise<unknown>
  readonly part: StoredPart
  /** The member of a payload in which the envelope stands. */
  readonly member: string | undefined
}

const isError = ({ place }: StoredPart): boolean => COLUMNS[place[1] - 1]!.name === 'last_error'

/** What a part holds: a payload, or an error as `parseErrorText` gives it, or its text. */
export const valueIn = (part: StoredPart): unknown =>
  isError(part) ? (parseErrorText(part.text) ?? part.text) : JSON.parse(part.text)

export function itemsOf(payloads: Payloads, inClear: InClear, { jobType }: SealOptions) {
  function jobOf({ identifier, payload, place }: StoredPart, value: unknown): SealedJob {
    const data = payload === null ? value : elementOf(JSON.parse(payload), place[2] - 1)
    return { name: jobType?.(identifier) ?? identifier, data }
  }

  function located(part: StoredPart, value: unknown): Located & { readonly seal?: () => Promise<unknown> } {
    const job = jobOf(part, value)
    const surface: Surface = isError(part) ? 'error' : 'data'
    const found = surface === 'data' ? payloads.locateData(job) : payloads.locateValue(job, surface, value)
    // graphile-worker keeps the message of an error alone.
    const clear = surface === 'error' && typeof value === 'string' ? { message: value } : value
    const { seal } = inClear.sealOf(job, surface, clear)
    if (!seal) return found
    return { ...found, seal: surface === 'data' ? seal : async () => errorText((await seal()) as StoredObject) }
  }

  /** What is sealed although nobody can tell as what: it still needs its key. */
  function unlocated(value: unknown): Located {
    const envelope =
      typeof value === 'string' ? /wax[1-9][\w.~-]*/.exec(value)?.[0] : (errorEnvelope(value) ?? memberOf(value, SEALED))
    return { sealed: envelope ?? value, member: undefined, context: undefined }
  }

  return (part: StoredPart, value: unknown): StoredItem => {
    const locate = () => {
      try {
        return located(part, value)
      } catch {
        return unlocated(value)
      }
    }
    const found = locate()
    const strange = found.member === undefined && typeof found.sealed === 'string' && /wax[1-9]/.test(found.sealed)
    return { ...(strange ? unlocated(value) : found), id: JSON.stringify(part.place), part }
  }
}

/** Only what differs is written: clear members stay as they are, and so does the job type of what was sealed before. */
export function swapOf({ part, sealed, member, seal }: StoredItem, next: unknown): Swap {
  const { place, text } = part
  if (isError(part)) return { place, text, next: seal ? String(next) : text.replace(String(sealed), () => String(next)) }
  const value = JSON.parse(text) as StoredObject
  if (seal) return { place, text, next: editedText(text, value, next) }
  if (member !== undefined) return { place, text, next: editedText(text, value, { ...value, [member]: next }) }
  const { [JOB]: _, ...document } = value
  return { place, text, next: editedText(text, document, next) }
}
