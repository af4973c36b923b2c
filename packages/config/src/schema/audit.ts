import { z } from 'zod'
import { auditKeySchema, databaseSchema } from './secret.js'

const shared = {
  key: z
    .union([auditKeySchema, z.array(auditKeySchema).min(1)], 'must be { id, secret }, or a list of these')
    .describe('What signs the trail; of a list the first signs, all verify.'),
  stream: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/, 'must be 1 to 64 characters of a-z, 0-9 and -')
    .default('access')
    .describe('A chain of its own. Default access.'),
}

export const auditSchema = z
  .discriminatedUnion(
    'to',
    [
      z.strictObject({ to: z.literal('file'), path: z.string().min(1).describe('Path of the trail.'), ...shared }),
      z.strictObject({
        to: z.literal('sql'),
        database: databaseSchema,
        migrate: z.boolean().default(false).describe('Makes the tables where they are missing; needs the rights to. Default no.'),
        ...shared,
      }),
      z.strictObject({ to: z.literal('stdout'), ...shared }),
    ],
    "must be 'file', 'sql' or 'stdout'",
  )
  .describe('Where it is recorded who saw what.')

export type AuditConfig = z.output<typeof auditSchema>
