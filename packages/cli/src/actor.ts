import { userInfo } from 'node:os'
import { usage } from './failure.js'

/** Who does it, for the trail: who is said to, or the user of this machine. */
export function actorOf({ actor }: { readonly actor?: string | undefined }): string {
  if (actor !== undefined) return actor
  try {
    return userInfo().username
  } catch {
    throw usage('--actor is missing, and this user has no name on this machine')
  }
}
