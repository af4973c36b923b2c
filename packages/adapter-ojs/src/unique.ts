import { canonicalJson, WaxsealError } from '@waxseal/core'

/** Where the keyed hash stands that a backend compares in place of args. */
export const UNIQUE_KEY = 'waxseal.unique_key'

interface UniquePolicy {
  readonly keys?: readonly string[]
  /** Of older SDKs: members of the args. */
  readonly key?: readonly string[]
  readonly args_keys?: readonly string[]
  readonly meta_keys?: readonly string[]
}

export interface Uniqueness {
  readonly unique: object
  readonly meta: Readonly<Record<string, string>>
}

const config = (message: string): never => {
  throw new WaxsealError('config', message)
}

function chosen(args: unknown, names: readonly string[] | undefined): unknown {
  if (!names) return args
  const first: unknown = Array.isArray(args) ? args[0] : undefined
  return Object.fromEntries(
    names.map((name) => {
      if (typeof first !== 'object' || first === null || !Object.hasOwn(first, name))
        config('unique.args_keys names a member that args[0] does not have')
      return [name, (first as Record<string, unknown>)[name]]
    }),
  )
}

/**
 * A unique policy under which a backend tells equal jobs without their args: these are hashed before they are sealed, and the hash
 * takes their place. Undefined where a policy does not look at args that are sealed. `config` where it does and there is no `hash`.
 */
export async function sealUnique(
  policy: unknown,
  args: unknown,
  isSealed: (name: string) => boolean,
  hash: ((text: string) => Promise<string>) | undefined,
): Promise<Uniqueness | undefined> {
  if (typeof policy !== 'object' || policy === null) return undefined
  const { keys = [], key = [], args_keys, meta_keys = [], ...rest } = policy as UniquePolicy
  if (!keys.includes('args') && key.length === 0) return undefined
  const names = args_keys || key.length > 0 ? [...new Set([...(args_keys ?? []), ...key])] : undefined
  if (names?.length === 0) config('unique.args_keys names no member')
  if (names && !names.some(isSealed)) return undefined
  if (!hash) return config('a job that is unique by its args needs dedup: sealed args are never equal')
  // Backends normalise before they hash.
  const value = await hash(canonicalJson(chosen(args, names)).normalize('NFC'))
  const dimensions = [...new Set([...keys.filter((name) => name !== 'args'), 'meta'])]
  return {
    unique: { ...rest, keys: dimensions, meta_keys: [...meta_keys.filter((name) => name !== UNIQUE_KEY), UNIQUE_KEY] },
    meta: { [UNIQUE_KEY]: value },
  }
}
