import { pythonMissing, pythonWith } from './python.ts'

const VERSION = '4.32.5'

/** Why schemathesis cannot be run here, `undefined` where it can. */
export const schemathesisMissing = (): string | undefined => pythonMissing()

/** Puts schemathesis into the cache when it is not there; returns the path of its Python: `-m schemathesis.cli run URL` runs it. */
export const installSchemathesis = (): Promise<string> => pythonWith('schemathesis', VERSION)
