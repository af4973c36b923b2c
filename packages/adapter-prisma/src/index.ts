export type {
  Reveal,
  RevealCall,
  RevealOptions,
  RevealTrail,
  RowSealer,
  SealedColumn,
  SealedJson,
  SealedRow,
} from '@waxseal/rows'
export { createReveal, sealedColumn, sealedJson } from '@waxseal/rows'
export type { SealedModelOptions, SealedModels, SealedOptions } from './options.js'
export { sealed } from './sealed.js'
export type { SealedExtension, SealedRows } from './types.js'
