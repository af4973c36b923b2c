/** What an adapter needs before it seals: names of things in stored jobs, and its `seal` option; loads no cryptography. */
export type { ContextOptions } from './context.js'
export { jobContext } from './context.js'
export type { Surface } from './job.js'
export type { StoredObject } from './stored.js'
export { ERROR, isObject, JOB, memberOf, SCRUBBED, SEALED } from './stored.js'
export type { Sealed } from './take-seal.js'
export { takeSeal } from './take-seal.js'
