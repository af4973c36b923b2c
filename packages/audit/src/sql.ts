export { type AuditTransaction, type SqlDialect, type SqlSinkOptions, sqlSink } from './sinks/sql.js'
export { migrateAudit } from './sinks/sql-schema.js'
