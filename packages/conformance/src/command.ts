export type { Terminal } from './command/run.js'
export { run } from './command/run.js'
