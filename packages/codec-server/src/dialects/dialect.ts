import type { MaybePromise } from '@waxseal/core'
import type { CodecCall, Tally } from '../opening/codec-call.js'

/** What a request asks for: by its method, the last segment of its path, and what its body holds. */
export interface Operation {
  /** Stands in the audit trail: `codec.decode`. */
  readonly name: string
  readonly dialect: string
  /** Answers with what JSON can hold, or with its text. Whatever it throws is answered by its code alone. */
  run(call: CodecCall, body: unknown, tally: Tally): MaybePromise<unknown>
}

/** An answer that is JSON already: large texts that need no escapes are not searched for them once more. */
export class JsonText {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** An answer that a protocol prescribes to the letter. */
export class ProtocolError extends Error {
  readonly status: 400 | 404 | 405 | 500
  constructor(status: ProtocolError['status'], message: string) {
    super(message)
    this.status = status
  }
}
