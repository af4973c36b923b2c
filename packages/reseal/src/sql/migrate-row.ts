import { type Context, type MigrationWindow, type Sealer, selectFields, WaxsealError } from '@waxseal/core'
import { misconfigured } from '../config-error.js'
import { isObject, looksSealed } from '../engine/envelopes.js'
import type { ResealItem } from '../engine/target.js'

/** How rows are sealed that are in clear, or in another system's layout. */
export interface MigrateOptions {
  /** Opens them, by its `legacy` readers where it has some, and seals what it finds. */
  readonly sealer: Pick<Sealer, 'open' | 'seal' | 'openFields' | 'sealFields'>
  /** What it may take: plaintext as well, or others' layouts alone. */
  readonly plaintext: MigrationWindow
}

/** Digits beyond which a number may not be what it was when JavaScript has read it. */
const EXACT_DIGITS = 15

/** Whether all numbers in the text of a document survive JavaScript. */
export function hasExactNumbers(text: string): boolean {
  const numbers = text.replace(/"(?:[^"\\]|\\.)*"/g, '').match(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g) ?? []
  return numbers.every((number) => {
    const digits = number
      .replace(/[eE].*$/, '')
      .replace(/\D/g, '')
      .replace(/^0+/, '')
    return Number.isFinite(Number(number)) && (digits.length <= EXACT_DIGITS || String(Number(number)) === number)
  })
}

/** Whether a row holds something that is not sealed: an inline document does where one of its fields is not. */
async function isInClear({ sealed, policy }: ResealItem): Promise<boolean> {
  if (!policy) return !looksSealed(sealed)
  if (!isObject(sealed)) return false
  if (policy.form !== 'inline') return !Object.hasOwn(sealed, '$wax')
  return (await selectFields(sealed, policy)).some(({ value }) => !looksSealed(value))
}

export function checkMigrate({ sealer, plaintext }: MigrateOptions): void {
  if (typeof sealer?.open !== 'function' || typeof sealer.seal !== 'function') misconfigured('migrate needs a sealer')
  if (!(plaintext?.allowUntil instanceof Date)) misconfigured('migrate.plaintext is a migration window')
}

/** What seals an item anew from what it is now; undefined where that is not for this one. `text` is that of a document. */
export async function sealOf(
  { sealer, plaintext }: MigrateOptions,
  item: ResealItem,
  { as, text }: { readonly as: 'string' | 'bytes'; readonly text: string | undefined },
): Promise<(() => Promise<unknown>) | undefined> {
  const { sealed, policy, scope, scopes } = item
  if (item.context === undefined || !(await isInClear(item))) return undefined
  const call = { context: item.context as Context, scope }
  if (!policy) return async () => sealer.seal(await sealer.open(sealed as string, { ...call, plaintext }), { ...call, as })
  return async () => {
    if (text !== undefined && !hasExactNumbers(text))
      throw new WaxsealError('not_serialisable', 'the document has a number that JavaScript would change')
    const opened = await sealer.openFields(sealed as Record<string, unknown>, policy, { ...call, scopes, plaintext })
    return sealer.sealFields(opened, policy, { ...call, scopes })
  }
}
