import { fail } from '../../errors.js'

/** A key URI in its parts. */
export interface KeyUri {
  /** Between the scheme and the question mark, without the slashes that begin it. */
  readonly path: string
  readonly parameters: Readonly<Record<string, string | undefined>>
}

/**
 * Takes `scheme://path?name=value&…` apart, or `scheme:///path`. No generic URL parser: it would read the colons of an ARN as a port and the
 * first part of a path as a host. `config` for an unknown parameter, one that stands twice, a user name or a fragment; the URI is not
 * repeated, it may hold a secret that does not belong there.
 *
 * @example
 * parseKeyUri('aws://alias/orders?region=eu-west-1', 'aws', ['region']) // { path: 'alias/orders', parameters: { region: 'eu-west-1' } }
 */
export function parseKeyUri(uri: string, scheme: string, names: readonly string[]): KeyUri {
  const start = `${scheme}://`
  const refuse = (why: string) => fail('config', `the key URI ${start}… ${why}`)
  if (!uri.startsWith(start)) return refuse(`begins with ${start}`)
  const rest = uri.slice(start.length)
  if (/[\s#@]/.test(rest)) return refuse('holds white space, # or @: credentials do not belong into it')
  const mark = rest.indexOf('?')
  const path = decoded(mark === -1 ? rest : rest.slice(0, mark)) ?? refuse('is not percent-encoded rightly')
  const parameters: Record<string, string> = {}
  for (const pair of mark === -1 ? [] : rest.slice(mark + 1).split('&')) {
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? []
    if (!names.includes(name)) return refuse(`takes the parameters ${names.join(', ')}`)
    if (Object.hasOwn(parameters, name)) return refuse(`has the parameter ${name} twice`)
    parameters[name] = decoded(value) || refuse(`has an empty or wrongly encoded parameter ${name}`)
  }
  return { path: path.startsWith('/') ? path.slice(1) : path, parameters }
}

/** The number of a parameter such as `version`; `config` where it is none. */
export function uriNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  return /^(0|[1-9][0-9]{0,9})$/.test(text) ? Number(text) : fail('config', `the parameter ${name} of a key URI is a number`)
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
