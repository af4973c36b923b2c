import { z } from 'zod'

/** A secret by the name of where it is. The secret itself is refused wherever one may be expected. */
export const secretSchema = z
  .string()
  .regex(
    /^(env:[A-Za-z_][A-Za-z0-9_]*|file:\/.+)$/,
    'must be a secret by reference, env:NAME or file:/path, never the secret itself',
  )
  .describe('A secret by reference: env:NAME or file:/path.')

/** Of PostgreSQL and MySQL by reference, since their URLs hold passwords; SQLite by path. */
export const databaseSchema = z
  .string()
  .regex(
    /^(env:[A-Za-z_][A-Za-z0-9_]*|file:\/.+|sqlite:.+)$/,
    'must be the URL of a database by reference, env:NAME or file:/path, or sqlite:/path',
  )
  .describe('URL of a database (postgres:, mysql:, mariadb:, sqlite:) by reference, env:NAME or file:/path; or sqlite:/path.')

/** The key of an audit trail. */
export const auditKeySchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/, 'must be 1 to 64 characters of a-z, 0-9 and -')
    .describe('Id of the key, which stands in every record.'),
  secret: secretSchema.describe('32 random bytes in base64, base64url or hex, by reference: env:NAME or file:/path.'),
})
