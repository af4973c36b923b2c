import type { Context } from '@waxseal/core'

export interface ContextOptions {
  /** The application, as in `app` of the codec's options. */
  readonly app: string
}

/**
 * The context of a payload of Temporal, for tools: `app` and `namespace` (spec section 5). Codec servers are told no more than the
 * namespace.
 *
 * @example
 * await sealer.open(payload.data, { context: contextOf('default', { app: 'billing' }) })
 */
export const contextOf = (namespace: string, { app }: ContextOptions): Exclude<Context, 'none'> => ({ app, namespace })
