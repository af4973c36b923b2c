import { WaxsealError } from '@waxseal/core'
import type { SessionSealOptions } from './options.js'

const compile = (pattern: unknown): RegExp => {
  if (typeof pattern !== 'string' || pattern === '') throw new WaxsealError('config', 'a pattern of state keys is a text')
  const parts = pattern.split(/\*+/).map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's')
}

/** Which keys of the state are sealed. `config` for patterns that are none. */
export function stateKeys({ stateKeys: patterns, encryptFields }: SessionSealOptions): (key: string) => boolean {
  if (encryptFields && !encryptFields.includes('state')) return () => false
  const include = (patterns?.include ?? ['*']).map(compile)
  const exclude = (patterns?.exclude ?? []).map(compile)
  const matches = (list: readonly RegExp[], key: string) => list.some((pattern) => pattern.test(key))
  return (key) => matches(include, key) && !matches(exclude, key)
}
