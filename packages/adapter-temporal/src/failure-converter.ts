import { DefaultFailureConverter, type PayloadConverter, type ProtoFailure } from '@temporalio/common'

// Types of failures are names that programmers give: letters, and what joins them.
const TYPE = /^[A-Za-z][A-Za-z_.:/-]{0,79}$/

function scrubTypes(failure: ProtoFailure): void {
  const info = failure.applicationFailureInfo
  if (info && typeof info.type === 'string' && !TYPE.test(info.type)) info.type = 'Error'
  if (failure.cause) scrubTypes(failure.cause)
}

/**
 * Temporal's failure converter with messages and stack traces as payloads, so that the codec seals them. Types stay readable, because
 * retry policies compare them, unless they look like anything else than a name.
 */
export class SealedFailureConverter extends DefaultFailureConverter {
  constructor() {
    super({ encodeCommonAttributes: true })
  }

  override errorToFailure(...args: [error: unknown, converter: PayloadConverter, ...rest: never[]]): ProtoFailure {
    const failure = super.errorToFailure(...args)
    scrubTypes(failure)
    return failure
  }
}

/** What Temporal loads by `failureConverterPath`. */
export const failureConverter = new SealedFailureConverter()
