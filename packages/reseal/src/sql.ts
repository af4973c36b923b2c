export type { SqlDialect, SqlOptions } from './sql/dialect.js'
export { type ResealTableOptions, resealTable, type SqlItem, type SqlRow } from './sql/reseal-table.js'
export type { RowKey } from './sql/row-key.js'
export { migrateReseal, sqlCheckpoints } from './sql/sql-checkpoints.js'
