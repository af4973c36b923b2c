import { z } from 'zod'
import { secretSchema } from './secret.js'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 of a secret: 64 hexadecimal digits in lower case')
const ids = z.array(z.string().min(1))

const jwtSchema = z
  .strictObject({
    issuer: z.string().min(1),
    audience: z.union([z.string().min(1), ids.min(1)], 'must be a text, or a list of texts'),
    jwks: z.url().optional().describe('Where the issuer publishes its keys.'),
    publicKey: secretSchema.optional().describe('Or one public key, PEM, by reference: env:NAME or file:/path.'),
    algorithms: z
      .array(z.enum(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']))
      .min(1)
      .default(['RS256'])
      .describe('Those that the issuer signs with. Default RS256.'),
    idClaim: z.string().min(1).optional().describe('The claim that names the caller. Default sub.'),
    groupsClaim: z.string().min(1).optional().describe('The claim that lists their groups. Default groups.'),
    cookie: z.string().min(1).optional().describe('The cookie that holds the token where no header does. Default: none is read.'),
    toleranceSeconds: z.int().min(0).optional().describe('Seconds by which clocks may differ. Default 30.'),
  })
  .refine(({ jwks, publicKey }) => (jwks === undefined) !== (publicKey === undefined), 'must have either jwks or publicKey')
  .refine(({ publicKey, algorithms }) => publicKey === undefined || algorithms.length === 1, 'one publicKey has one algorithm')
  .describe('JWTs of an issuer.')

const tokenSchema = z.strictObject({
  id: z.string().min(1),
  sha256: sha256.describe('SHA-256 of the token; the token itself is kept by its holder alone.'),
  groups: ids.optional(),
  expires: z.iso.datetime({ offset: true, error: 'must be a date and time, as 2027-01-31T00:00:00Z' }).optional(),
})

const proxySchema = z
  .strictObject({
    header: z.string().min(1).describe('The header in which the proxy names the caller; it must overwrite what callers send.'),
    secretHeader: z.string().min(1).optional().describe('The header in which the proxy proves itself. Default x-proxy-secret.'),
    secretSha256: sha256,
    groups: z.record(z.string(), ids).optional().describe('Groups, by the id of a caller.'),
  })
  .describe('Callers whom a proxy in front has told by their certificate.')

const waysSchema = z
  .strictObject({
    jwt: jwtSchema.optional(),
    tokens: z.array(tokenSchema).min(1).optional().describe('Tokens that were handed out.'),
    proxy: proxySchema.optional(),
  })
  .refine((ways) => Object.values(ways).some((way) => way !== undefined), 'must have at least one of jwt, tokens and proxy')

export const authSchema = z
  .union(
    [waysSchema, z.literal('none-on-loopback')],
    "must be { jwt, tokens, proxy }, one of them at least, or 'none-on-loopback'",
  )
  .describe("How callers are told; 'none-on-loopback' lets everybody on this machine in, for development.")

export type AuthConfig = z.output<typeof authSchema>
