import type { Exchange } from '../exchange.js'
import { isObject, jsonObject } from '../json.js'
import { userError } from './reply.js'

export type FieldType = 'string' | 'int' | 'bool' | 'map' | 'list'

/** The parameters of a request, from its body or, where it has none, from its query. */
export interface Fields {
  has(name: string): boolean
  text(name: string): string
  int(name: string): number
  flag(name: string): boolean
  map(name: string): Readonly<Record<string, unknown>>
  list(name: string): readonly unknown[]
  /** What Vault says of parameters that it does not know: they are ignored. */
  readonly warnings: readonly string[]
}

const fits: Readonly<Record<FieldType, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  int: (value) => Number.isSafeInteger(value) || (typeof value === 'string' && /^-?\d{1,15}$/.test(value)),
  bool: (value) => typeof value === 'boolean' || value === 'true' || value === 'false',
  map: isObject,
  list: Array.isArray,
}

/**
 * Reads the parameters of an endpoint that knows those of `schema`; `captured` are the names that its path holds. A parameter
 * of another type is refused, without the leniency that the real one has for numbers as strings of text.
 */
export function readFields(
  { method, url, body }: Exchange,
  schema: Readonly<Record<string, FieldType>>,
  captured: readonly string[] = [],
): Fields {
  const fromQuery = method === 'GET' || method === 'DELETE' || method === 'LIST'
  const given = fromQuery ? Object.fromEntries(url.searchParams) : body.length === 0 ? {} : jsonObject(body)
  if (!given) return userError('error parsing JSON')
  const values = new Map<string, unknown>()
  const unknown: string[] = []
  const replaced: string[] = []
  for (const [name, value] of Object.entries(given)) {
    const type = Object.hasOwn(schema, name) ? schema[name] : undefined
    if (captured.includes(name)) replaced.push(name)
    else if (!type) unknown.push(name)
    else if (value !== null) {
      if (!fits[type](value)) userError(`error converting input for field "${name}": expected type '${type}'`)
      values.set(name, value)
    }
  }
  return {
    has: (name) => values.has(name),
    text: (name) => (values.get(name) as string | undefined) ?? '',
    int: (name) => Number(values.get(name) ?? 0),
    flag: (name) => values.get(name) === true || values.get(name) === 'true',
    map: (name) => (values.get(name) as Record<string, unknown> | undefined) ?? {},
    list: (name) => (values.get(name) as unknown[] | undefined) ?? [],
    warnings: [
      ...(unknown.length > 0 ? [`Endpoint ignored these unrecognized parameters: [${unknown.sort().join(' ')}]`] : []),
      ...(replaced.length > 0
        ? [
            `Endpoint replaced the value of these parameters with the values captured from the endpoint's path: [${replaced.sort().join(' ')}]`,
          ]
        : []),
    ],
  }
}
