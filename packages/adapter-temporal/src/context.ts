import type { Context } from '@waxseal/core'

/** The context of a payload of Temporal: `app` and `namespace` (spec section 5). Codec servers are told no more than the namespace. */
export const payloadContext = (app: string, namespace: string): Exclude<Context, 'none'> => ({ app, namespace })
