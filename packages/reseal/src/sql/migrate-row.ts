import { type Context, type MigrationWindow, type Sealer, selectFields, WaxsealError } from '@waxseal/core'
import { hasExactNumbers } from '@waxseal/core/json'
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

/** Whether a row holds something that is not sealed: an inline document does where one of its fields is not. */
async function isInClear({ sealed, policy }: ResealItem): Promise<boolean> {
  if (!policy) return !looksSealed(sealed)
  if (!isObject(sealed)) return false
  if (policy.form !== 'inline') return !Object.hasOwn(sealed, '$wax')
  return !(await selectFields(sealed, policy)).every(isSealed)
}

const isSealed = ({ value }: { readonly value: unknown }): boolean => looksSealed(value)

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
  // What cannot be read is refused when it is to be sealed: that is about one row, and not about the page.
  if (item.context === undefined || !(await isInClear(item).catch(() => true))) return undefined
  const call = { context: item.context as Context, scope }
  if (!policy) return async () => sealer.seal(await sealer.open(sealed as string, { ...call, plaintext }), { ...call, as })
  return async () => {
    if (text !== undefined && !hasExactNumbers(text))
      throw new WaxsealError('not_serialisable', 'the document has a number that JavaScript would change')
    const document = sealed as Record<string, unknown>
    const { value, restored } = await sealer.openFields(document, policy, { ...call, scopes, plaintext, details: true })
    const wereSealed = policy.form === 'inline' ? (await selectFields(document, policy)).filter(isSealed) : []
    // What the sealer gives for shredded fields is no data to be sealed in their place.
    if (wereSealed.some(({ pointer }) => !restored.includes(pointer)))
      throw new WaxsealError('key_destroyed', 'the key of a field was destroyed')
    return sealer.sealFields(value, policy, { ...call, scopes })
  }
}
