import type { SqlStoreOptions } from '../sql/database.js'

/** Where the tables of the stores lie. */
export type StoreTables = Pick<SqlStoreOptions, 'db' | 'dialect'>

export const STATE_KEY = ['store', 'kind', 'namespace', 'tenant', 'id'] as const
export const RECORD_KEY = ['store', 'id'] as const
/** What a context is made of, beside the keys of rows. */
export const NAMES = ['kind', 'namespace', 'tenant'] as const
