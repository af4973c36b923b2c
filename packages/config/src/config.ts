import type { LegacyReader } from '@waxseal/core'
import { z } from 'zod'
import { auditSchema } from './schema/audit.js'
import { codecServerSchema } from './schema/codec-server.js'
import { keysSchema } from './schema/keys.js'
import { isList, live } from './schema/live.js'
import { queueSchema } from './schema/queues.js'
import { tableSchema } from './schema/tables.js'

export const configSchema = z.strictObject({
  $schema: z.string().optional().describe('Where editors find the schema of this file.'),
  keys: keysSchema,
  audit: auditSchema.optional(),
  codecServer: codecServerSchema.optional(),
  tables: z.array(tableSchema).optional().describe('What `waxseal reseal` and `waxseal migrate` go through.'),
  queues: z.array(queueSchema).optional().describe('Queues that they go through as well.'),
  legacy: live<readonly LegacyReader[]>(isList, 'must be a list of readers').optional(),
})

/** A configuration as people write it. */
export type Config = z.input<typeof configSchema>

/** A configuration that was checked, with its defaults. */
export type WaxsealConfig = z.output<typeof configSchema>

/**
 * The configuration as it was given, with its types checked: for `waxseal.config.ts` and `.js`.
 *
 * @example
 * export default defineConfig({ keys: 'env://WAXSEAL_KEYS', audit: { to: 'stdout', key: { id: 'a1', secret: 'env:AUDIT_KEY' } } })
 */
export const defineConfig = (config: Config): Config => config
