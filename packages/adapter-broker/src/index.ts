import { createBodies, type SealedBody } from './bodies.js'
import type { BodySealOptions, OpenBodyCall, SealBodyCall } from './options.js'

export type { JobEvent, PerJob, SealedJob } from '@waxseal/adapter-kit'
export { isPoison } from '@waxseal/adapter-kit'
export { JOB_ATTRIBUTE, KEY_ATTRIBUTE } from './attributes.js'
export type { Bodies, OpenedBody, SealedBody } from './bodies.js'
export { createBodies } from './bodies.js'
export { contextOf } from './context.js'
export type { BodySealOptions, OpenBodyCall, SealBodyCall } from './options.js'

/**
 * `createBodies(seal).seal` in one call, for a single message.
 *
 * @example
 * const { body, attributes } = await sealBody(invoice, { job: 'invoice', seal: { sealer, app: 'billing' } })
 * await channel.publish('billing', 'invoice', Buffer.from(body), { headers: attributes })
 */
export const sealBody = (
  value: unknown,
  { seal, ...call }: SealBodyCall & { readonly seal: BodySealOptions },
): Promise<SealedBody> => createBodies(seal).seal(value, call)

/**
 * `createBodies(seal).open` in one call, for a single message.
 *
 * @example
 * const invoice = await openBody(message.content, { job: 'invoice', seal: { sealer, app: 'billing' } })
 */
export const openBody = (
  body: string | Uint8Array,
  { seal, ...call }: OpenBodyCall & { readonly seal: BodySealOptions },
): Promise<unknown> => createBodies(seal).open(body, call)
