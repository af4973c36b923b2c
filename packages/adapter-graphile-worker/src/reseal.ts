export type { StoredItem } from './reseal/item.js'
export type { GraphileWorkerResealOptions, GraphileWorkerResealTarget } from './reseal/target.js'
export { resealTarget } from './reseal/target.js'
