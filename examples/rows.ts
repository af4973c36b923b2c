import { createBlindIndex, createSealer, generateKey, normalisers, retention, staticKeys } from '@waxseal/core'
import { createRowSealer, sealedColumn, sealedJson } from '@waxseal/rows'

const keys = staticKeys([
  { kid: 'k1', key: generateKey() },
  { kid: 'idx', key: generateKey(), state: 'decrypt_only' },
])
const sealer = createSealer({ keys })

interface Profile {
  readonly city: string
  readonly phone: string
}

// #region table
const emails = createBlindIndex({
  keys,
  table: 'customers',
  field: 'email',
  normaliser: normalisers.text,
  versions: [{ version: 1, key: { kid: 'idx' } }],
})

const customers = createRowSealer({
  sealer,
  app: 'shop',
  table: 'customers',
  row: 'id',
  columns: {
    email: sealedColumn<string>(),
    photo: sealedColumn<Uint8Array>({ as: 'bytes' }),
    profile: sealedJson<Profile>({ fields: ['/phone'] }),
  },
  indexes: { email_index: { of: 'email', index: emails } },
  companions: {
    sealed: 'is_encrypted',
    fields: 'pii_fields',
    deleteAt: { column: 'delete_at', policy: retention.deleteAfter({ days: 30 }) },
  },
})
// #endregion

// #region use
const row = { id: 'c1', plan: 'gold', email: 'ada@example.com', photo: null, profile: { city: 'Wien', phone: '+43 1 555' } }
const stored = await customers.seal(row)
console.log(stored.email.slice(0, 13), stored.photo, stored.profile.city) // wax1.c256.k1~ null Wien

const opened = await customers.open(stored)
console.log(opened.email, opened.profile.phone) // ada@example.com +43 1 555

const [match] = await customers.where('email', ' Ada@Example.com')
console.log(match?.column, match?.values.length) // email_index 1

const change = await customers.sealChange({ email: 'ada@example.org' }, { id: 'c1' })
console.log(Object.keys(change)) // [ 'email', 'email_index' ]

const moved = await customers.open({ ...stored, id: 'c2' }).catch((error) => error.message)
console.log(moved) // email: the value could not be opened
// #endregion
