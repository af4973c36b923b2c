export type { StoredItem } from './reseal/item.js'
export type { RedisCommands } from './reseal/redis.js'
export type { BullMQResealOptions, BullMQResealTarget } from './reseal/target.js'
export { resealTarget } from './reseal/target.js'
