export type { SecureSessionsOptions } from './secure-sessions/service.js'
export { secureSessionsService } from './secure-sessions/service.js'
export type { AnyDatabase, SecureSessionsDialect } from './secure-sessions/tables.js'
export { createSecureSessionsTables } from './secure-sessions/tables.js'
