import { createHash, randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { readSecret } from '@waxseal/config'
import type { Keys } from '@waxseal/core'
import { type CheckpointStore, fileCheckpoints } from '@waxseal/reseal'
import type { Place } from '../places.js'

/** What a run does to what it finds. */
export type Kind = 'reseal' | 'rewrap' | 'migrate' | 'reverse'

const SQLITE = 'sqlite:'

/** The address behind a reference, without whoever logs in there. */
export function addressOf(reference: string): string {
  const text = reference.startsWith(SQLITE) ? reference : readSecret(reference, process.env)
  if (text.startsWith(SQLITE)) return resolve(text.slice(SQLITE.length))
  const withHost = text.replace('@/', '@localhost/')
  if (!URL.canParse(withHost)) return ''
  const url = new URL(withHost)
  url.username = ''
  url.password = ''
  for (const name of ['user', 'password']) url.searchParams.delete(name)
  return url.href
}

const isScoped = (place: Place): boolean => ('seal' in place ? 'scope' in place.seal : place.scope !== undefined)

/** The key that seals now; where it cannot be told, or each scope has its own, a text that no other run has. */
async function currentKey(keys: Keys, place: Place): Promise<string> {
  const [first] = [keys].flat()
  if (first?.kind === 'provider') return `${first.id}~${first.version}`
  if (isScoped(place)) return randomUUID()
  try {
    const { kid, version } = await first!.current(undefined, { now: Date.now })
    return `${kid}~${version}`
  } catch {
    return randomUUID()
  }
}

/** A run as a text that no other has: one that does something else, with another key, elsewhere or by other settings. */
export async function aboutOf(kind: Kind, place: Place, keys: Keys): Promise<string> {
  const address = addressOf('redis' in place ? place.redis : place.database)
  const key = kind === 'reseal' || kind === 'rewrap' ? await currentKey(keys, place) : ''
  return createHash('sha256')
    .update(JSON.stringify([kind, key, address, place]))
    .digest('base64url')
}

/**
 * Where runs that were ended go on, one file a target. What another run left is thrown away before anything is changed: rows that it
 * was done with may be in clear again, or under an old key, and nobody would look at them.
 */
export function checkpointsIn(folder: string, about: ReadonlyMap<string, string>): CheckpointStore {
  const files = fileCheckpoints(folder)
  const prefixOf = (target: string) => `${about.get(target)} `
  return {
    async load(target) {
      const kept = await files.load(target)
      const prefix = prefixOf(target)
      if (kept?.run.startsWith(prefix)) return { ...kept, run: kept.run.slice(prefix.length) }
      await files.save(target, null)
      return null
    },
    save: (target, checkpoint) =>
      files.save(target, checkpoint && { ...checkpoint, run: `${prefixOf(target)}${checkpoint.run}` }),
  }
}
