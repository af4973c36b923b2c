/** What begins the text of a batch in which some elements failed; a line for each of them follows. */
export const BATCH = 'Batch failures:\n'

/** The element that a line of a batch is about: only those that failed are kept, in the same order. Of no list, the payload itself. */
export const elementOf = (payload: unknown, at: number): unknown => (Array.isArray(payload) ? payload[at] : payload)
