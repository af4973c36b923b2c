import { config } from './errors.js'

const NAME =
  /^projects\/([a-z0-9.-]{1,63}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]\/locations\/[a-z0-9-]{1,63}\/keyRings\/[\w-]{1,63}\/cryptoKeys\/[\w-]{1,63}$/

/** The name of a key, `projects/P/locations/L/keyRings/R/cryptoKeys/K`, as it is; `config` for anything else. */
export function checkedKeyName(name: unknown): string {
  if (typeof name === 'string' && NAME.test(name)) return name
  return config(
    typeof name === 'string' && name.includes('/cryptoKeyVersions/')
      ? 'keyName is the name of a key, not of one of its versions: leave out /cryptoKeyVersions/ and what follows'
      : "keyName is projects/P/locations/L/keyRings/R/cryptoKeys/K, with the project's id rather than its number",
  )
}

/** Whether a resource name is that of a version of this key. */
export const isVersionOf = (keyName: string, name: unknown): boolean =>
  typeof name === 'string' &&
  name.startsWith(`${keyName}/cryptoKeyVersions/`) &&
  /^[1-9][0-9]*$/.test(name.slice(keyName.length + '/cryptoKeyVersions/'.length))
