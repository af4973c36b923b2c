/** Beside an envelope: the job type that it was sealed as. It selects among types that a reader takes and is trusted for nothing else. */
export const JOB = '$job'
/** The envelope of a whole value: a payload without a field policy, a result, progress. */
export const SEALED = '$sealed'
/** The envelope of an error's details. */
export const ERROR = '$error'
/** What stands in place of an error's message. */
export const SCRUBBED = '[sealed]'

export type StoredObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is StoredObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** An own member of a stored object. */
export const memberOf = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
