import { type Detector, WaxsealError } from '@waxseal/core'
import type { SessionSealOptions } from './options.js'

const EMAIL = /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/
const PHONE = /^(\+|00|\(|0\d+[ /-])[\d ()./-]{6,24}$/

/** E-mail addresses and phone numbers as people write them. A number without a sign is taken for an id. */
const simple: Detector = {
  detectDocument: (document) =>
    EMAIL.test(String(document)) || (PHONE.test(String(document)) && String(document).replace(/\D/g, '').length >= 7)
      ? [{ pointer: '' }]
      : [],
}

/** How users are named in the inner service. */
export interface UserIds {
  /** The id that is stored: the user's own, or its pseudonym within the app. */
  stored(app: string, userId: string): Promise<string>
  /** Tells `onEvent` where an id that is about to be stored in clear looks like personal data. */
  check(userId: string): Promise<void>
}

export function createUserIds({ userId = 'clear', pseudonyms, detector = simple, onEvent }: SessionSealOptions): UserIds {
  if (userId !== 'clear' && userId !== 'pseudonym') throw new WaxsealError('config', "userId is 'clear' or 'pseudonym'")
  if (userId === 'pseudonym' && typeof pseudonyms?.value !== 'function')
    throw new WaxsealError('config', 'pseudonyms must be a dedup key: a pseudonym is a keyed hash')

  return {
    stored: async (app, id) => (userId === 'clear' ? id : pseudonyms!.value('adk/user', [app, id])),
    async check(id) {
      if (userId !== 'clear' || detector === false || !onEvent) return
      const [found] = await detector.detectDocument(id)
      try {
        if (found) onEvent({ event: 'user_id_in_clear' })
      } catch {}
    },
  }
}
