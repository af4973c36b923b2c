/** Names of message attributes: letters and hyphens pass everywhere. */
export const JOB_ATTRIBUTE = 'waxseal-job'
export const KEY_ATTRIBUTE = 'waxseal-key'

/** The value of an attribute, in the shapes of the usual clients: a text, bytes, or `{ StringValue }` as SQS has it. */
export function attributeOf(attributes: Readonly<Record<string, unknown>> | undefined, name: string): string | undefined {
  const value = attributes && Object.hasOwn(attributes, name) ? attributes[name] : undefined
  if (typeof value === 'string') return value
  if (value instanceof Uint8Array) return new TextDecoder().decode(value)
  const nested = typeof value === 'object' && value !== null ? (value as { StringValue?: unknown }).StringValue : undefined
  return typeof nested === 'string' ? nested : undefined
}
