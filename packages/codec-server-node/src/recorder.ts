import type { AuditTrail } from '@waxseal/audit'
import type { CodecTrail } from '@waxseal/codec-server'

/** The trail of this process: calls, and when it began and ended to answer them. */
export interface Recorder {
  readonly trail: CodecTrail
  /** Records something of the process itself. */
  note(operation: 'codec.start' | 'codec.stop'): Promise<void>
  /** Rejects where nothing can be recorded. */
  check(): Promise<void>
}

const ACTOR = 'codec-server'

export function createRecorder(trail: Pick<AuditTrail, 'append' | 'query'>): Recorder {
  let failed = false

  async function append(entry: Parameters<CodecTrail['append']>[0]): Promise<void> {
    try {
      await trail.append(entry)
      failed = false
    } catch (error) {
      failed = true
      throw error
    }
  }
  const note = (operation: string) => append({ actor: ACTOR, operation, outcome: 'ok', details: {} })

  return {
    trail: { append },
    note,
    async check() {
      // Only writing tells that writing is possible again; while it works, nothing is written to find out.
      if (failed) return note('codec.check')
      await trail.query({ limit: 1 }).catch((error: { code?: unknown }) => {
        if (error.code !== 'write_only') throw error
      })
    },
  }
}
