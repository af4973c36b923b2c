import { WaxsealError } from '../../packages/core/src/errors.ts'
import { PiiError } from '../../packages/pii/dist/index.js'

/** Whether a refusal is one of those that are documented, whichever copy of a package made it. */
export const isTyped = (error: unknown): error is Error & { readonly code: string } =>
  WaxsealError.is(error) || PiiError.is(error)
