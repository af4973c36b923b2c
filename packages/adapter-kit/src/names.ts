/** What names things in stored jobs; loads no cryptography. */
export type { ContextOptions } from './context.js'
export { jobContext } from './context.js'
export type { Surface } from './job.js'
export type { StoredObject } from './stored.js'
export { ERROR, isObject, JOB, memberOf, SCRUBBED, SEALED } from './stored.js'
