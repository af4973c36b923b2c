import { createBodies } from './bodies.js'
import type { Body } from './body.js'
import type { BodySealOptions, OpenBodyCall, SealBodyCall } from './options.js'
import type { SealedBody } from './types.js'

export type { ContextOptions, JobEvent, PerJob, SealedJob } from '@waxseal/adapter-kit'
export { isPoison } from '@waxseal/adapter-kit'
export type { Attributes } from './attributes.js'
export { JOB_ATTRIBUTE, KEY_ATTRIBUTE } from './attributes.js'
export { createBodies } from './bodies.js'
export type { Body, BodyOf } from './body.js'
export { contextOf } from './context.js'
export type { BodySealOptions, OpenBodyCall, SealBodyCall } from './options.js'
export type { Bodies, OpenedBody, SealedBody } from './types.js'

/**
 * `createBodies(seal).seal` in one call, for a single message.
 *
 * @example
 * const { body, attributes } = await sealBody(invoice, { job: 'invoice', seal: { sealer, app: 'billing' } })
 * channel.publish('billing', 'invoice', Buffer.from(body), { headers: attributes })
 */
export const sealBody = <As extends 'string' | 'bytes' = 'string'>(
  value: unknown,
  { seal, ...call }: SealBodyCall<As> & { readonly seal: BodySealOptions },
): Promise<SealedBody<As>> => createBodies(seal).seal<As>(value, call as SealBodyCall<As>)

/**
 * `createBodies(seal).open` in one call, for a single message.
 *
 * @example
 * const invoice = await openBody(message.content, { job: 'invoice', seal: { sealer, app: 'billing' } })
 */
export const openBody = (body: Body, { seal, ...call }: OpenBodyCall & { readonly seal: BodySealOptions }): Promise<unknown> =>
  createBodies(seal).open(body, call)
