import { failure } from '../audit-error.js'
import { GENESIS } from '../chain.js'
import type { AuditSink, Head } from '../sink.js'
import { lineOf } from './line.js'

export interface StdoutSinkOptions {
  /** Takes one line, without its end. Default: console.log. */
  readonly write?: ((line: string) => void | Promise<void>) | undefined
  /** Where a chain that was written before goes on. Default: each process begins one of its own, from 1. */
  readonly head?: Head | undefined
}

/**
 * Writes one line of JSON a record, for whatever collects a process's output. It cannot read them back: `query` and `verify` are
 * `write_only`.
 *
 * @example
 * const trail = createAuditTrail({ sink: stdoutSink(), keys })
 */
export function stdoutSink({ write = console.log, head }: StdoutSinkOptions = {}): AuditSink {
  const heads = new Map<string, Head>()
  let tail: Promise<unknown> = Promise.resolve()
  return {
    kind: 'sink',
    append(stream, make) {
      const appended = tail.then(async () => {
        const record = make(heads.get(stream) ?? head ?? { seq: 0, hash: GENESIS })
        try {
          await write(lineOf(record))
        } catch (error) {
          throw failure(error, 'sink_failed', 'the audit record could not be written')
        }
        heads.set(stream, { seq: record.seq, hash: record.hash })
        return record
      })
      tail = appended.catch(() => {})
      return appended
    },
  }
}
