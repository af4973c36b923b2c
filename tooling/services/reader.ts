import { pythonMissing, pythonWith } from './python.ts'

const CRYPTOGRAPHY = '50.0.2'

/** Why the reader of the specification cannot be run here, `undefined` where it can. */
export const readerMissing = (): string | undefined => pythonMissing()

/** Puts `cryptography`, all that the reader needs, into the cache when it is not there; returns the path of its Python. */
export const installReader = (): Promise<string> => pythonWith('reader', CRYPTOGRAPHY)
