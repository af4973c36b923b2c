import { WaxsealError } from '@waxseal/core'

export interface RedactFieldsOptions {
  /** What stands in place of a value. Default `[REDACTED]`. */
  readonly placeholder?: string | undefined
}

/**
 * A redaction by name, for the `redact` of a store: members of these names at any depth, and members at these dotted paths from the
 * root. Upper and lower case are the same, elements of arrays are looked into and have no part in a path. Whatever stands there is
 * replaced, objects and arrays as a whole. Gives a copy. `config` where there is no name.
 *
 * @example
 * const redact = redactFields(['password', 'user.ssn'])
 * redact({ user: { name: 'Ada', SSN: '078-05-1120' } }) // { user: { name: 'Ada', SSN: '[REDACTED]' } }
 */
export function redactFields(
  fields: readonly string[],
  { placeholder = '[REDACTED]' }: RedactFieldsOptions = {},
): (value: unknown) => unknown {
  if (!Array.isArray(fields) || fields.length === 0 || !fields.every((field) => typeof field === 'string' && field !== ''))
    throw new WaxsealError('config', 'redactFields takes names and paths of members')
  const wanted = new Set(fields.map((field) => field.toLowerCase()))

  function redact(value: unknown, path: string): unknown {
    if (Array.isArray(value)) return value.map((element) => redact(element, path))
    // What is no plain object has no members by these names; the sealer refuses it.
    if (typeof value !== 'object' || value === null || !isPlain(value)) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => {
        const lower = name.toLowerCase()
        const at = path === '' ? lower : `${path}.${lower}`
        return [name, wanted.has(lower) || wanted.has(at) ? placeholder : redact(member, at)]
      }),
    )
  }
  return (value) => redact(value, '')
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
