export type { StoredItem } from './reseal/item.js'
export type { PgBossResealOptions, PgBossResealTarget } from './reseal/target.js'
export { resealTarget } from './reseal/target.js'
