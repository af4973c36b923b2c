import type { Detector, FieldPolicyOptions } from '@waxseal/core'
import { z } from 'zod'
import { authSchema } from './auth.js'
import { listenSchema } from './listen.js'
import { isFunction, isObject, live } from './live.js'
import { policySchema } from './policy.js'
import { secretSchema } from './secret.js'

const count = z.int().min(1)
const pairs = z.record(z.string(), z.string())

/** Reads payloads of another system, as `@waxseal/formats` makes them. */
export interface Decoder {
  // biome-ignore lint/suspicious/noExplicitAny: the payload is the codec's own, whatever package it is of
  decode(payloads: any[]): Promise<any[]>
}

/** The application's own choice of a scope. */
export type ScopeOf = (context: Readonly<Record<string, string>>, namespace: string | undefined) => string | undefined

const pageSchema = z.strictObject({
  who: z.array(z.string().min(1)).min(1).describe('Ids of callers, group:NAME, or * for everybody who is known.'),
})

const temporalSchema = z.strictObject({
  app: z.string().min(1).optional().describe('The first pair of what is sealed here. Without it, nothing is sealed.'),
  namespaceInPath: z.boolean().optional().describe('Whether /{namespace}/decode names the namespace. Default no.'),
  partial: z
    .boolean()
    .optional()
    .describe('Whether a payload that does not open comes back as it was, beside those that do. Default no.'),
  foreign: live<readonly Decoder[]>(Array.isArray, 'must be a list of codecs').optional(),
})

const ojsSchema = z.strictObject({
  keys: z
    .array(z.strictObject({ id: z.string().min(1), secret: secretSchema }))
    .min(1)
    .optional()
    .describe('Keys of payloads that implementations of OJS encrypted, 32 bytes each; the first encodes.'),
  dialect: z.enum(['specification', 'go']).optional(),
})

export const codecServerSchema = z
  .strictObject({
    listen: listenSchema.prefault({}),
    auth: authSchema,
    policy: policySchema,
    surfaces: z
      .record(
        z.string(),
        z.strictObject({
          context: pairs,
          policy: z.custom<FieldPolicyOptions>(isObject, 'must be the options of a field policy').optional(),
        }),
      )
      .optional()
      .describe('Kinds of things that requests may name, for envelopes that store no context.'),
    scope: z
      .union(
        [z.string().min(1), live<ScopeOf>(isFunction, 'must be a function')],
        'must be a text with names of the context in braces, as tenant:{tenant}',
      )
      .optional()
      .describe('Whose key, by the context: a text with its names in braces, as tenant:{tenant}.'),
    temporal: temporalSchema.optional(),
    ojs: z
      .union([ojsSchema, z.literal(false)], 'must be { keys, dialect }, or false')
      .optional()
      .describe('Open Job Spec; with false, /codec/… is for Temporal.'),
    cors: z
      .strictObject({
        origins: z.array(z.string().min(1)).optional().describe('Exact origins, as https://temporal.example.com.'),
        allowHeaders: z.array(z.string().min(1)).optional(),
        credentials: z.boolean().optional(),
      })
      .optional(),
    limits: z
      .strictObject({
        maxBodyBytes: count.exactOptional(),
        maxBytesInFlight: count.exactOptional(),
        maxPayloads: count.exactOptional(),
        bodyTimeoutMs: count.exactOptional(),
        callTimeoutMs: count.exactOptional(),
        callsPerMinute: count.exactOptional(),
        burst: count.exactOptional(),
      })
      .optional(),
    reason: z.enum(['optional', 'required']).optional().describe('Whether calls have to say why. Default optional.'),
    detector: z
      .union([z.boolean(), live<Detector>(isObject, 'must be a detector')], 'must be true or false')
      .default(true)
      .describe('Tells types of personal data, for masks and rules. Default true.'),
    inspector: z
      .union(
        [z.boolean(), z.strictObject({ keys: pageSchema.optional(), audit: pageSchema.optional() })],
        'must be true, false, or { keys, audit }',
      )
      .default(false)
      .describe('The page at /inspector, and who may see its pages of keys and of the trail. Default false.'),
    log: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info').describe('The least that is logged. Default info.'),
  })
  .describe('The codec server.')

export type CodecServerConfig = z.output<typeof codecServerSchema>
