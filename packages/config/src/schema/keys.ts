import type { KeyProvider, KeySource } from '@waxseal/core'
import { z } from 'zod'
import { isObject, live } from './live.js'
import { auditKeySchema, databaseSchema } from './secret.js'

export const SCHEMES = ['env', 'file', 'aws', 'gcp', 'azure', 'vault', 'vault-transit'] as const

const uriSchema = z
  .string()
  .regex(
    new RegExp(`^(${SCHEMES.join('|')})://.`),
    `must be a key URI, which begins with one of ${SCHEMES.map((name) => `${name}://`).join(', ')}`,
  )
  .describe('A key URI: env://NAME, file:///path, aws://…, gcp://…, azure://…, vault://…, vault-transit://….')

const fileSchema = z
  .strictObject({
    file: z.string().min(1).describe('Path of a key file.'),
    allowMode: z
      .string()
      .regex(/^0[0-7]{3}$/, 'must be permissions in octal digits, as 0440')
      .describe('The widest permissions that the file may have, as 0440. Default 0600.'),
  })
  .describe('A key file that its group may read, as an orchestrator mounts secrets.')

const storeSchema = z.strictObject({
  store: z
    .strictObject({
      database: databaseSchema,
      root: uriSchema.describe('What wraps the keys of the store: a key URI.'),
      rootId: z.string().optional().describe('Id of the root key where it is a named key. Default root.'),
      name: z.string().optional().describe('Name of the key that seals. Default: default.'),
      audit: z
        .union([auditKeySchema, z.literal('none')], "must be { id, secret }, or 'none'")
        .describe("The key of the store's own trail, or 'none'."),
    })
    .describe('A key manager in SQL: @waxseal/keystore-sql.'),
})

const isKeys = (value: unknown): boolean => isObject(value) && (value.kind === 'source' || value.kind === 'provider')

const oneSchema = z.union(
  [uriSchema, fileSchema, storeSchema, live<KeySource | KeyProvider>(isKeys, 'must be a key source or a key provider')],
  'must be a key URI (env://NAME), { file, allowMode }, { store }, or in a file of code a key source or provider',
)

export const keysSchema = z
  .union(
    [oneSchema, z.array(oneSchema).min(1)],
    'must be a key URI (env://NAME), { file, allowMode }, { store }, or a list of these',
  )
  .describe('Where keys are: the first seals, all open.')

export type KeyConfig = z.output<typeof oneSchema>
export type KeysConfig = z.output<typeof keysSchema>
