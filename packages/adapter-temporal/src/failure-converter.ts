import { DefaultFailureConverter, type ProtoFailure } from '@temporalio/common'

type Hide = (attributes: { message: unknown; stack_trace: unknown }) => NonNullable<ProtoFailure['encodedAttributes']>

// What Temporal's own converter writes, in every language.
const HIDDEN = 'Encoded failure'

// Types of failures are names that programmers give: letters, what joins them, and no more than three digits.
const TYPE = /^(?!(?:\D*\d){4})[A-Za-z][\w.:/-]{0,79}$/

/** A failure and its causes without their messages and stack traces; those that hold none already stay. */
function hidden(failure: ProtoFailure, hide: Hide): ProtoFailure {
  const { message, stackTrace, cause, applicationFailureInfo: info, encodedAttributes } = failure
  const isHidden = message === HIDDEN && !stackTrace && encodedAttributes
  return {
    ...failure,
    message: HIDDEN,
    stackTrace: '',
    encodedAttributes: isHidden ? encodedAttributes : hide({ message, stack_trace: stackTrace }),
    ...(info?.type && !TYPE.test(info.type) ? { applicationFailureInfo: { ...info, type: 'Error' } } : {}),
    ...(cause ? { cause: hidden(cause, hide) } : {}),
  }
}

/**
 * Temporal's failure converter with messages and stack traces as payloads, so that the codec seals them: those of causes and of
 * failures that came from elsewhere too. Types stay readable, because retry policies compare them, unless they look like anything
 * else than a name.
 */
export class SealedFailureConverter extends DefaultFailureConverter {
  constructor() {
    super({ encodeCommonAttributes: true })
  }

  override errorToFailure(...args: Parameters<DefaultFailureConverter['errorToFailure']>): ProtoFailure {
    const [, converter, ...context] = args
    return hidden(this.errorToFailureInner(...args), (attributes) => converter.toPayload(attributes, ...context))
  }
}

/** What Temporal loads by `failureConverterPath`. */
export const failureConverter = new SealedFailureConverter()
