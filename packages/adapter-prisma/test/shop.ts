import { createBlindIndex, createSealer, generateKey, normalisers, staticKeys } from '@waxseal/core'
import { sealed, sealedColumn, sealedJson } from '../src/index.ts'

const TENANTS = ['acme', 'zeta']
const tenantKeys = TENANTS.map((scope) => ({ kid: scope, scope, key: generateKey() }))
export const sealer = createSealer({ keys: staticKeys([...tenantKeys, { kid: 'shared', key: generateKey() }]) })

const indexKeys = staticKeys(TENANTS.map((scope) => ({ kid: `i-${scope}`, scope, key: generateKey() })))
export const emailIndex = createBlindIndex({
  keys: indexKeys,
  table: 'customers',
  field: 'email',
  normaliser: normalisers.text,
  versions: [{ version: 1, key: (scope) => ({ kid: `i-${scope}` }) }],
})

export interface Profile {
  readonly city: string
  readonly phone: string
}

/** Customers of tenants, and what hangs on them. */
export const models = {
  Customer: {
    row: 'id',
    columns: {
      email: sealedColumn<string>(),
      card: sealedColumn<string>(),
      photo: sealedColumn<Uint8Array>({ as: 'bytes' }),
      notes: sealedColumn<unknown>({ as: 'json' }),
      profile: sealedJson<Profile | null>({ fields: ['/phone'] }),
    },
    indexes: { emailIndex: { of: 'email', index: emailIndex } },
    scope: ({ tenant }: { tenant?: unknown }) => tenant as string,
    needs: ['tenant'],
  },
  Order: { row: 'id', columns: { note: sealedColumn<string>() } },
  Passport: { row: 'id', columns: { number: sealedColumn<string>() } },
  Seat: { row: ['hall', 'place'], columns: { guest: sealedColumn<string>() } },
  Entry: { row: 'none', columns: { text: sealedColumn<string>() } },
} as const

export const shop = () => sealed({ sealer, app: 'shop', models })
