import { WaxsealError } from '@waxseal/core'
import { insertKey } from '../database/insert-key.js'
import { findKey } from '../database/key-rows.js'
import { lockScope } from '../database/scope-rows.js'
import type { Ground, KeyCommand } from '../ground.js'
import type { KeyDetails } from '../key-info.js'
import { checkName, checkSettings, type KeySettings } from '../key-settings.js'
import { actorOf } from '../trail/journal.js'
import { newKey } from '../wrapping.js'
import { details } from './get.js'
import { retentionDeadline } from './retention-deadline.js'

export type GenerateCommand = KeyCommand & KeySettings

const JITTER = 0.05

/** When the next rotation is due: drawn, so that keys made together are not rotated together, and never later than was asked for. */
export const jittered = (ms: number, random: () => number): number => Math.round(ms * (1 - JITTER * random()))

/** 32 hexadecimal digits: what envelopes show of a key with a scope. */
const opaqueKid = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')

export async function generate(ground: Ground, name: string, command: GenerateCommand): Promise<KeyDetails> {
  const { actor: _, scope, ...given } = command
  const actor = actorOf(command)
  checkName(name)
  const settings = checkSettings(given)
  const { database, wrapping, scopes, changes, random, cacheAgeMs } = ground
  const kid = scope === undefined ? name : opaqueKid()
  const scopeHash = await scopes.madeHash(scope, actor)
  const scopeSealed = scope === undefined ? undefined : await scopes.seal(scope, { kid, name })
  const key = newKey()
  try {
    // All that can fail outside the database comes first.
    const wrapped = await wrapping.wrap(key, { kid, version: 1, scope }, actor)
    const { rotateEveryMs, expiresAt = null, retainForMs = null, retainUntil = null } = settings
    const retained = { expires_at: expiresAt, retain_for: retainForMs, retain_until: retainUntil }
    await changes(async (step) => {
      const { shredded_at } = await lockScope(step.tx, database.dialect, scopeHash)
      if (scope !== undefined && shredded_at !== null) throw new WaxsealError('key_destroyed', 'the scope was shredded')
      await wrapping.lock(step.tx, wrapped)
      await insertKey(step, {
        ...{ kid, name, scopeHash, scopeSealed, wrapped, actor },
        ...settings,
        nextRotationMs: rotateEveryMs === undefined ? undefined : jittered(rotateEveryMs, random),
        destroyAfter: retentionDeadline(retained, null, cacheAgeMs),
      })
    })
  } finally {
    key.fill(0)
  }
  const row = await findKey(ground, name, scope)
  return details(ground, row)
}
