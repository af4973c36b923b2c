export { memorySink } from './sinks/memory.js'
