import { type Context, type Sealer, WaxsealError } from '@waxseal/core'
import { hasExactNumbers } from '@waxseal/core/json'
import type { ResealTarget } from '@waxseal/reseal'
import type { SqlItem } from '@waxseal/reseal/sql'
import { inClear } from './in-clear.js'

const isSealed = (value: unknown): boolean =>
  typeof value === 'string' ? /^wax[1-9][0-9]*\./.test(value) : value instanceof Uint8Array && value[0] === 0xc1

function holdsSealed({ sealed, stored, policy }: SqlItem): boolean {
  if (!policy) return isSealed(sealed)
  if (policy.form === 'inline') return typeof stored === 'string' && /"wax[1-9]/.test(stored)
  return typeof sealed === 'object' && sealed !== null && Object.hasOwn(sealed, '$wax')
}

/** What a row held before it was sealed, in the form of its column. */
async function opened(sealer: Sealer, { sealed, stored, context, policy, scope, scopes }: SqlItem): Promise<unknown> {
  const call = { context: context as Context, scope }
  if (!policy) {
    const value = await sealer.open<unknown>(sealed as string, call)
    if (typeof stored !== 'string') {
      if (value instanceof Uint8Array) return value
      throw new WaxsealError('not_serialisable', 'the value is no bytes, which the column holds')
    }
    if (value instanceof Uint8Array) throw new WaxsealError('not_serialisable', 'the value is bytes, and the column holds text')
    return typeof value === 'string' ? value : JSON.stringify(value)
  }
  if (typeof stored === 'string' && !hasExactNumbers(stored))
    throw new WaxsealError('not_serialisable', 'the document has a number that JavaScript would change')
  // A field that a policy took in later may stand in clear beside those that are sealed.
  return sealer.openFields(sealed as Record<string, unknown>, policy, { ...call, scopes, plaintext: inClear() })
}

/** A target whose sealed rows are stored in clear; what is in clear is left out. */
export function reversed(target: ResealTarget<SqlItem>, sealer: Sealer): ResealTarget<SqlItem> {
  return {
    ...target,
    // Every key is opened, the current one as well.
    unscoped: false,
    async page({ narrow: _, ...request }) {
      const { items, next } = await target.page(request)
      return { items: items.filter(holdsSealed).map((item) => ({ ...item, seal: () => opened(sealer, item) })), next }
    },
  }
}
