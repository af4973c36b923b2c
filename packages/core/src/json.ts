export type { NumberOptions } from './format/exact-numbers.js'
export { hasExactNumbers, isExactNumber } from './format/exact-numbers.js'
