export type { AnySealedTable, Nested, NestedTable, OpenCall, OpenedWith } from './rows.js'
export { openRow, openRows, openRowsSettled, sealChange, sealRow, sealRows } from './rows.js'
export type { SealedTable, SealedTableOptions, TableCompanions } from './sealed-table.js'
export { sealedTable } from './sealed-table.js'
export { openSelection } from './selection.js'
export type {
  IndexValue,
  OpenedRow,
  OpenedSelection,
  OpenedValue,
  PlainRow,
  SealedBytesCell,
  SealedCell,
  SealedDocumentCell,
} from './types.js'
export type { WhereCall } from './where.js'
export { whereSealed } from './where.js'
