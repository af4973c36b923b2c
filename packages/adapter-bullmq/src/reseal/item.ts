import {
  editsOf,
  errorText,
  type InClear,
  JOB,
  memberOf,
  parseErrorText,
  SEALED,
  type SealedJob,
  type StoredObject,
  settingOf,
} from '@waxseal/adapter-kit'
import type { Context, FieldPolicy, FieldPolicyOptions, StoredContext } from '@waxseal/core'
import type { JobSealing } from '../job-sealing.js'
import type { SealOptions } from '../seal-options.js'
import { ENVELOPES, parsed, type Slot } from './slots.js'

/** One value of a job, of a scheduler's template or of the copies that BullMQ makes of them. */
export interface StoredItem {
  /** Key, field and number. */
  readonly id: string
  /** An envelope, a document whose fields are sealed, or what stands there in clear. */
  readonly sealed: unknown
  /** Undefined of events, which cannot be replaced, and where a setting throws. */
  readonly context: Context | StoredContext | undefined
  readonly scope?: string | undefined
  readonly policy?: FieldPolicy | FieldPolicyOptions | undefined
  /** Of what stands in clear and is to be sealed. */
  readonly seal?: () => Promise<unknown>
  readonly slot: Slot
}

/** What a slot holds, as the adapter reads it. */
export function storedValue({ surface, text }: Slot): unknown {
  if (surface === 'log') return text
  if (surface === 'error') return parseErrorText(text) ?? text
  return parsed(text) ?? text
}

/** Errors without an envelope are BullMQ's own as a rule, or say nothing. */
export const hasNoEnvelope = ({ surface, text }: Slot): boolean => surface === 'error' && !text.match(ENVELOPES)

/** What is sealed although nobody can tell as what: it still needs its key. */
function unlocated(slot: Slot, value: unknown): unknown {
  if (slot.surface === 'error') return slot.text.match(ENVELOPES)?.[0] ?? slot.text
  return memberOf(value, SEALED) ?? value
}

interface Reading {
  readonly seal: SealOptions
  readonly sealing: JobSealing
  readonly inClear: InClear
}

function jobOf({ sealing }: Reading, { owner, surface }: Slot, value: unknown): SealedJob {
  const job = sealing.infoOfName(owner.name ?? '', owner.queue, owner.data)
  const recorded = memberOf(value, JOB)
  return surface === 'result' && typeof recorded === 'string' ? { ...job, name: recorded } : job
}

function locate({ seal, sealing }: Reading, slot: Slot, job: SealedJob, value: unknown) {
  const { payloads } = sealing
  if (slot.surface === 'data') return payloads.locateData(job)
  const located = payloads.locateValue(job, slot.surface, value)
  if (slot.surface !== 'error' || slot.owner.name !== undefined) return located
  // The child is gone, and with it the name of its type.
  return { ...located, context: { stored: { app: settingOf(seal.app, job), surface: 'error' } } }
}

export function itemOf(reading: Reading, slot: Slot): StoredItem {
  const id = JSON.stringify(slot.place)
  if (slot.kind === 'event') return { id, sealed: slot.text, context: undefined, slot }
  const value = storedValue(slot)
  const lost = { id, sealed: unlocated(slot, value), context: undefined, slot }
  if (slot.surface === 'error' && typeof value === 'string' && !hasNoEnvelope(slot)) return lost
  try {
    const job = jobOf(reading, slot, value)
    const { member, ...located } = locate(reading, slot, job, value)
    // An envelope that stands for a whole value is not of this package: it counts, and is left alone.
    const isOurs = member !== undefined || typeof located.sealed !== 'string' || slot.surface === 'log'
    const sealed = { ...located, context: isOurs ? located.context : undefined }
    return { ...sealed, ...reading.inClear.sealOf(job, slot.surface, value), id, slot }
  } catch {
    return lost
  }
}

function storedText({ surface }: Slot, stored: unknown): string {
  if (surface === 'error') return errorText(stored as StoredObject)
  return surface === 'log' ? (stored as string) : JSON.stringify(stored)
}

const at = (document: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], document)

/** What a field or row is to hold: only envelopes change, in the text as it stands, or what is sealed for the first time. */
export function nextText(held: string, { slot, sealed, seal }: StoredItem, next: unknown): string {
  if (seal) {
    const text = storedText(slot, next)
    if (slot.kind !== 'line') return text
    return JSON.stringify((parsed(held) as string[]).with(slot.place[2], text))
  }
  let text = held
  for (const [path, value] of editsOf(sealed, next)) {
    const before = at(sealed, path)
    if (typeof before === 'string' && typeof value === 'string') text = text.replaceAll(before, () => value)
  }
  return text
}
