import { createBlindIndex, createSealer, normalisers, staticKeys } from '@waxseal/core'
import { createRowSealer, type RowSealerOptions, sealedColumn, sealedJson } from '@waxseal/rows'
import { expect } from 'vitest'

const bytes = (fill: number) => new Uint8Array(32).fill(fill)
export const keys = staticKeys([{ kid: 'k1', key: bytes(1) }])
const index = createBlindIndex({
  keys,
  table: 'customers',
  field: 'email',
  normaliser: normalisers.text,
  versions: [{ version: 1, key: { kid: 'k1' } }],
})

export const customerColumns = {
  email: sealedColumn<string>(),
  card: sealedColumn<string>(),
  photo: sealedColumn<Uint8Array>({ as: 'bytes' }),
  profile: sealedJson<{ city: string; phone: string }>({ fields: ['/phone'] }),
}
const sealer = createSealer({ keys })

export const customersWith = (options: Partial<RowSealerOptions<typeof customerColumns>> = {}) =>
  createRowSealer({
    sealer,
    app: 'shop',
    table: 'customers',
    row: 'id',
    columns: customerColumns,
    indexes: { email_index: { of: 'email', index } },
    json: 'text',
    ...options,
  })
export const customers = customersWith()
export const suppliers = createRowSealer({
  sealer,
  app: 'shop',
  table: 'suppliers',
  row: 'id',
  columns: { card: sealedColumn<string>() },
})

export const ada = { id: 'c1', tenant: 'acme', email: 'ada@example.com', card: '4111', profile: { city: 'Wien', phone: '+43' } }
export const bob = { id: 'c2', tenant: 'acme', email: 'bob@example.com', card: '5500', profile: { city: 'Graz', phone: '+44' } }

/** Expects a failure by code; its message says what is meant and quotes no value. */
export async function expectRefused(query: { execute(): Promise<unknown> }, code: string, message: RegExp): Promise<void> {
  const error = await query.execute().then(
    () => undefined,
    (refused: Error & { code: string }) => refused,
  )
  expect(error?.code, error?.message).toBe(code)
  expect(error?.message).toMatch(message)
  expect(error?.message).not.toMatch(/4111|ada@/)
}
