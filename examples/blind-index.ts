import { createBlindIndex, createSealer, generateKey, normalisers, staticKeys } from '@waxseal/core'

// The index has a key of its own: rotating payload keys leaves it alone.
const indexKeys = staticKeys([{ kid: 'idx', key: generateKey() }])
const emails = createBlindIndex({
  keys: indexKeys,
  table: 'users',
  field: 'email',
  normaliser: normalisers.text,
  versions: [{ version: 1, key: { kid: 'idx' } }],
})

const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const context = { app: 'crm', table: 'users', field: 'email' }
const rows = await Promise.all(
  ['ada@example.com', 'grace@example.com'].map(async (email) => ({
    email: await sealer.seal(email, { context }),
    email_index: await emails.value(email),
  })),
)

const wanted = await emails.values(' Ada@Example.com')
const found = rows.filter((row) => wanted.includes(row.email_index))
console.log(found.length, found[0] && (await sealer.open(found[0].email, { context }))) // 1 ada@example.com
