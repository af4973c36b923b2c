export type {
  AnyColumn,
  ColumnOptions,
  DocumentOptions,
  IndexColumn,
  OpenedRow,
  PlainRow,
  SealedBytesCell,
  SealedCell,
  SealedColumn,
  SealedColumns,
  SealedDocumentCell,
  SealedJson,
  SealedRow,
} from './column.js'
export { sealedColumn, sealedJson } from './column.js'
export type { Companions } from './companions.js'
export type { Row, RowContext, RowIdentity } from './place.js'
export type { Reveal, RevealCall, RevealOptions, RevealTrail } from './reveal.js'
export { createReveal } from './reveal.js'
export type { IndexMatch } from './row-indexes.js'
export { isIndexValue } from './row-indexes.js'
export type { OpenRowsCall, RowSealer, SettleRowsCall } from './row-sealer.js'
export { createRowSealer } from './row-sealer.js'
export type { RowSealerOptions } from './row-sealer-options.js'
export { createStoredForm } from './stored-form.js'
