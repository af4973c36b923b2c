import { pythonMissing, pythonWith } from './python.ts'

const NAME = 'adk-secure-sessions'
const VERSION = '1.3.1'
const PYTHON = '3.12'

/** Why adk-secure-sessions cannot be run here, `undefined` where it can. Few machines have a Python that is new enough. */
export const adkSecureSessionsMissing = (): string | undefined => {
  const missing = pythonMissing(PYTHON)
  return missing && `optional: ${missing}`
}

/** Puts adk-secure-sessions, and `cryptography` with it, into the cache when it is not there; returns the path of its Python. */
export const installAdkSecureSessions = (): Promise<string> => pythonWith(NAME, VERSION, PYTHON)
