const values = new WeakMap<object, unknown>()

/** Remembers what a stored value or a scrubbed error stands for, so that listeners in this process get it. */
export function standFor<Stored>(stored: Stored, value: unknown): Stored {
  // What is stored as it was given stands for nothing: next time it may have to be sealed.
  if (typeof stored === 'object' && stored !== null && stored !== value) values.set(stored, value)
  return stored
}

/** Whether it was made here and must not be sealed again. */
export const isOurs = (stored: unknown): stored is object => typeof stored === 'object' && stored !== null && values.has(stored)

/** What it stands for; anything else as it is. */
export const revealed = (stored: unknown): unknown => (isOurs(stored) ? values.get(stored) : stored)
