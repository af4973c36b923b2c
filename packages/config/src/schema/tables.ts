import type { FieldPolicyOptions } from '@waxseal/core'
import { z } from 'zod'
import { isObject } from './live.js'
import { databaseSchema } from './secret.js'

const column = z.string().min(1)

export const tableSchema = z
  .strictObject({
    database: databaseSchema,
    table: z.string().min(1).describe('orders, or shop.orders.'),
    name: z
      .string()
      .regex(/^[\w.-]{1,128}$/, 'must be 1 to 128 characters of A-Z, a-z, 0-9, _, . and -')
      .optional()
      .describe('In reports, and for --target. Default table.column.'),
    key: z
      .union([column, z.array(column).min(1)], 'must be a column, or a list of columns')
      .default('id')
      .describe('What identifies a row and does not change. Default id.'),
    column: column.describe('What holds what is sealed, or is to be.'),
    holds: z
      .enum(['text', 'bytes', 'document'])
      .default('text')
      .describe('Envelopes as text or bytes, or JSON documents. Default text.'),
    context: z
      .record(z.string(), z.string())
      .describe('Where a value belongs; columns of its row in braces: { app: "shop", table: "orders", row: "{id}" }.'),
    scope: z.string().min(1).optional().describe('Whose key, columns in braces: tenant:{tenant_id}.'),
    policy: z
      .custom<FieldPolicyOptions>(isObject, 'must be the options of a field policy')
      .optional()
      .describe('Of documents: the fields that are sealed.'),
  })
  .refine(
    ({ holds, policy }) => (holds === 'document') === (policy !== undefined),
    'documents have a policy, and nothing else has',
  )
  .describe('A column with what is sealed.')

export type TableConfig = z.output<typeof tableSchema>
