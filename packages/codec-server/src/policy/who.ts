import { WaxsealError } from '@waxseal/core'
import type { Caller } from '../callers/caller.js'

/** Compiles a list of callers: their ids, `group:NAME`, or `*` for every caller who is known. */
export function callersNamed(who: readonly string[]): (caller: Caller) => boolean {
  if (!Array.isArray(who) || who.length === 0 || !who.every((name) => typeof name === 'string' && name !== ''))
    throw new WaxsealError('config', 'a rule says who')
  // A caller whose own id looks like a group's name is nobody's group.
  return ({ id, groups }) =>
    who.some((name) => name === '*' || (name.startsWith('group:') ? groups.includes(name.slice(6)) : name === id))
}
