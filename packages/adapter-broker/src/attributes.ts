import { memberOf, SEALED } from '@waxseal/adapter-kit'
import type { Sealer } from '@waxseal/core'

/** Names of message attributes: letters and hyphens pass everywhere. */
export const JOB_ATTRIBUTE = 'waxseal-job'
export const KEY_ATTRIBUTE = 'waxseal-key'

/** Attributes or headers as the usual clients give them: a record, or something with `get`. */
export type Attributes = Readonly<Record<string, unknown>> | { get(name: string): unknown }

const hasGet = (attributes: Attributes): attributes is { get(name: string): unknown } => typeof attributes.get === 'function'

/** The value of an attribute: a text, bytes, or `{ StringValue }` as SQS has it. */
function textOf(attributes: Attributes, name: string): string | undefined {
  const value = hasGet(attributes) ? attributes.get(name) : memberOf(attributes, name)
  if (typeof value === 'string') return value
  if (value instanceof Uint8Array) return new TextDecoder().decode(value)
  const nested = memberOf(value, 'StringValue')
  return typeof nested === 'string' ? nested : undefined
}

// Headers of HTTP and NATS are ASCII, and lose spaces at their ends.
const encoded = (job: string): string => job.replace(/[^\x21-\x7e]+|%/g, encodeURIComponent)

/** The job type that an attribute names; undefined where there is none that can be read. */
export function jobNamedBy(attributes: Attributes | undefined): string | undefined {
  const value = attributes && textOf(attributes, JOB_ATTRIBUTE)
  try {
    return value ? decodeURIComponent(value) : undefined
  } catch {
    return undefined
  }
}

/** The envelope, or the first string of a document's, by which the key is told. */
function envelopeOf(stored: unknown): unknown {
  if (stored instanceof Uint8Array) return stored
  const wax = memberOf(stored, '$wax')
  return memberOf(stored, SEALED) ?? (typeof wax === 'object' && wax !== null ? Object.values(wax)[0] : wax)
}

/** What belongs beside a sealed body. */
export function attributesOf(job: string, stored: unknown, { inspect }: Pick<Sealer, 'inspect'>): Record<string, string> {
  const envelope = envelopeOf(stored)
  const named = { [JOB_ATTRIBUTE]: encoded(job) }
  if (typeof envelope !== 'string' && !(envelope instanceof Uint8Array)) return named
  const { kid, keyVersion } = inspect(envelope)
  return { ...named, [KEY_ATTRIBUTE]: `${kid}~${keyVersion}` }
}
