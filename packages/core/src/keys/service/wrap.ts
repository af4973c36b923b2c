import { backend } from '#backend'
import { openFailed } from '../../errors.js'
import { concatBytes } from '../../format/bytes.js'
import { canonicalPairs } from '../../format/context.js'
import type { WrapContext } from '../types.js'

/** The wrap context of spec section 4: `envelope` with the locator's kid and version, `stored` with those of the key in the row. */
export const wrapContext = (use: 'envelope' | 'stored', kid: string, version: number, scope?: string): WrapContext =>
  Object.freeze({ waxseal: 'v1/wrap', use, kid, version: String(version), ...(scope === undefined ? {} : { scope }) })

/** The bytes that stand for a wrap context where a service takes associated data as bytes. */
export const wrapContextBytes = (context: WrapContext): Uint8Array => canonicalPairs(context).slice()

/** For services without associated data: data key (32 bytes) || SHA-256 of the wrap context (32 bytes). */
export const bindByHash = (key: Uint8Array, context: WrapContext): Uint8Array =>
  concatBytes(key, backend.sha256(canonicalPairs(context)))

/** The data key of what `bindByHash` made, if the context is the same; else `open_failed`. */
export function unbindByHash(bytes: Uint8Array, context: WrapContext): Uint8Array {
  if (bytes.length !== 64 || !backend.equal(bytes.subarray(32), backend.sha256(canonicalPairs(context)))) openFailed()
  return new Uint8Array(bytes.subarray(0, 32))
}
