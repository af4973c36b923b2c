import { BATCH } from '../elements.js'

/** A column whose text is one part, or a list of parts: each is an item of its own. In SQL, of a row `t`. */
export interface StoredColumn {
  readonly name: 'payload' | 'last_error'
  /** Selects the parts: `value`, `n` from 1. */
  readonly parts: string
  /** The column, of the text of its parts joined by `separator`. */
  readonly whole: (joined: string) => string
  readonly separator: string
  /** Whether a part may be exchanged now. */
  readonly free: string
}

const isList = "json_typeof(t.payload) = 'array'"
const isBatch = `left(t.last_error, ${BATCH.length}) = E'${BATCH.replace('\n', '\\n')}'`

/** By their place in the order, from 1. */
export const COLUMNS: readonly StoredColumn[] = [
  {
    name: 'payload',
    parts: `SELECT e.value::text AS value, e.n FROM json_array_elements(
      CASE WHEN ${isList} THEN t.payload ELSE json_build_array(t.payload) END) WITH ORDINALITY AS e(value, n)`,
    whole: (joined) => `(CASE WHEN ${isList} THEN '[' || ${joined} || ']' ELSE ${joined} END)::json`,
    separator: "','",
    // Of a list that is worked on, graphile-worker writes back the elements that fail as they were when it was taken.
    free: `(t.locked_at IS NULL OR NOT ${isList})`,
  },
  {
    name: 'last_error',
    parts: `SELECT e.value, e.n FROM unnest(CASE WHEN ${isBatch} THEN string_to_array(substr(t.last_error, ${BATCH.length + 1}), E'\\n')
      ELSE ARRAY[t.last_error] END) WITH ORDINALITY AS e(value, n)`,
    whole: (joined) => `CASE WHEN ${isBatch} THEN left(t.last_error, ${BATCH.length}) || ${joined} ELSE ${joined} END`,
    separator: "E'\\n'",
    free: 'true',
  },
]
