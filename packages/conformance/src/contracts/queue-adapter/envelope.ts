export const ENVELOPE = /wax1\.[A-Za-z0-9_.~-]+/

/** The last characters of an envelope, turned into others. */
export const damaged = (stored: string): string =>
  stored.replace(
    ENVELOPE,
    (envelope) => `${envelope.slice(0, -8)}${envelope.slice(-8, -4)}${envelope.at(-4) === 'A' ? 'B' : 'A'}${envelope.slice(-3)}`,
  )
