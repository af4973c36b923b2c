/** What targets of re-encryption share; loads no cryptography. */
export type { CurrentKey, KeyName, Narrowing } from './reseal/narrowing.js'
export { currentHead, ENVELOPE, HEAD, locatorOf, WRAPPED } from './reseal/narrowing.js'
export type { Bind } from './reseal/postgres.js'
export { isPassing, mayName } from './reseal/postgres.js'
