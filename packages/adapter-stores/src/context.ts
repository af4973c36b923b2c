import type { Context } from '@waxseal/core'
import type { EntryKey, Owner } from './entry-key.js'

/** The context of an entry: `app`, `store`, `kind`, `id` (spec section 5), and whose it is. */
export const entryContext = (app: string, store: string, { kind, id, namespace, tenant }: EntryKey): Context => ({
  app,
  store,
  kind,
  id,
  ...(namespace === '' ? {} : { namespace }),
  ...(tenant === '' ? {} : { tenant }),
})

export const scopeOf = (
  scope: string | ((owner: Owner) => string | undefined) | undefined,
  { namespace, tenant }: Owner,
): string | undefined => (typeof scope === 'function' ? scope({ namespace, tenant }) : scope)
