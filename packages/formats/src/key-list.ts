import { WaxsealError } from '@waxseal/core'

/** One key or many, of a layout that names none: the first seals, all open, in this order. */
export type KeyList<Key> = Key | readonly Key[]

/** `config` where a list is empty; a key that is not given is no list. */
export function keyList<Key, Handle>(keys: KeyList<Key> | undefined, make: (key: Key) => Handle): readonly Handle[] {
  if (keys === undefined) return []
  const list = (Array.isArray(keys) ? keys : [keys]) as readonly Key[]
  if (list.length === 0) throw new WaxsealError('config', 'the list of keys is empty')
  return list.map(make)
}

/** What the first key opens that fits. `key_not_found` without any, `open_failed` where none fits; other errors end it. */
export async function openWithFirst<Handle, T>(keys: readonly Handle[], open: (key: Handle) => Promise<T>): Promise<T> {
  if (keys.length === 0) throw new WaxsealError('key_not_found', 'no key is given for this layout')
  for (const key of keys) {
    try {
      return await open(key)
    } catch (error) {
      if (!WaxsealError.is(error) || error.code !== 'open_failed') throw error
    }
  }
  throw new WaxsealError('open_failed', 'no key opens the value')
}
