import { createDataKey, createSealer, type DataKey, generateKey, type KeySource, parseKey, WaxsealError } from '@waxseal/core'

interface KeyRow {
  readonly kid: string
  readonly version: number
  readonly secret: string
}

// #region source
/** One key per tenant out of a table. */
function tenantKeys(rows: ReadonlyMap<string, KeyRow>): KeySource {
  const loaded = new Map<string, DataKey>()
  const load = (tenant: string): DataKey | null => {
    const row = rows.get(tenant)
    if (!row) return null
    const key =
      loaded.get(tenant) ?? createDataKey({ kid: row.kid, version: row.version, scope: tenant, key: parseKey(row.secret) })
    loaded.set(tenant, key)
    return key
  }
  return {
    kind: 'source',
    async current(scope) {
      if (scope === undefined) throw new WaxsealError('key_not_found', 'these keys belong to tenants: a scope is needed')
      const key = load(scope)
      if (!key) throw new WaxsealError('key_not_found', 'no key for this scope')
      return key
    },
    // null says "not mine". A failing database throws 'provider_unavailable' instead.
    async resolve({ kid, version }, scope) {
      const key = scope === undefined ? null : load(scope)
      return key?.kid === kid && key.version === version ? key : null
    },
  }
}
// #endregion

const rows = new Map([
  ['acme', { kid: 'f3a9', version: 1, secret: generateKey() }],
  ['umbrella', { kid: '07c2', version: 4, secret: generateKey() }],
])
const sealer = createSealer({ keys: tenantKeys(rows) })
const context = { app: 'crm', table: 'notes', field: 'text' }
const sealed = await sealer.seal('call back on Monday', { context, scope: 'acme' })
console.log(await sealer.open(sealed, { context, scope: 'acme' })) // call back on Monday

const code = await sealer.open(sealed, { context, scope: 'umbrella' }).catch((error) => error.code)
console.log(code) // key_not_found
