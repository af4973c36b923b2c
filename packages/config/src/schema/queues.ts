import type { FieldPolicyOptions } from '@waxseal/core'
import { z } from 'zod'
import { isObject } from './live.js'
import { databaseSchema, secretSchema } from './secret.js'

/** What adapters of queues are given as `seal`, without the sealer; further members are theirs, in a file of code. */
export interface QueueSeal {
  readonly app: string
  readonly policy?: FieldPolicyOptions | undefined
}

const shared = {
  name: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/, 'must be 1 to 64 characters of a-z, 0-9 and -')
    .optional()
    .describe('In reports, and for --target. Default: the kind.'),
  seal: z
    .custom<QueueSeal>(
      (value) => isObject(value) && typeof value.app === 'string',
      'must be what the adapter takes as seal, with its app',
    )
    .describe('What the adapter of the queue takes as seal, without the sealer: app, policy.'),
}
const schema = z.string().min(1).optional().describe('Its schema, where that is not the usual one.')
const names = z.array(z.string().min(1)).min(1)

export const queueSchema = z
  .discriminatedUnion(
    'kind',
    [
      z.strictObject({
        kind: z.literal('bullmq'),
        redis: secretSchema.describe('URL of a Redis by reference: env:NAME or file:/path.'),
        queues: names.describe('All queues whose jobs are sealed so.'),
        prefix: z.string().min(1).optional().describe('Default bull.'),
        ...shared,
      }),
      z.strictObject({ kind: z.literal('pg-boss'), database: databaseSchema, schema, queues: names.optional(), ...shared }),
      z.strictObject({ kind: z.literal('graphile-worker'), database: databaseSchema, schema, ...shared }),
    ],
    "must be 'bullmq', 'pg-boss' or 'graphile-worker'",
  )
  .describe('A queue whose jobs are sealed.')

export type QueueConfig = z.output<typeof queueSchema>
