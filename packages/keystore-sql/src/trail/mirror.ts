import type { AuditTrail } from '@waxseal/audit'
import type { KeystoreTrail } from './journal.js'

/** Copies the trail of a store into another one, which a restored backup does not take back. */
export interface Mirror {
  /** Copies what is missing, in order. Never throws: what could not be copied is the next time. */
  follow(): Promise<void>
}

const PAGE = 500

/** `copy` holds nothing but copies, from the first record on: as many records as it has, it has copied. */
export function createMirror(trail: KeystoreTrail, copy: AuditTrail<never>, failed: () => void): Mirror {
  let copied: number | undefined
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    try {
      copied ??= (await copy.checkpoint()).seq
      for (;;) {
        const page = await trail.query({ after: copied, limit: PAGE })
        if (page.length === 0) return
        for (const { stream: _, seq, at, subject, version, scope, requestId, details, ...entry } of page) {
          await copy.append({
            ...entry,
            subject: subject ?? undefined,
            version: version ?? undefined,
            scope: scope ?? undefined,
            requestId: requestId ?? undefined,
            details: { ...details, recordedAt: at },
          })
          copied = seq
        }
      }
    } catch {
      copied = undefined
      failed()
    }
  }

  return {
    async follow() {
      // What was committed while another run read its last page is copied too.
      await running
      running ??= run().finally(() => {
        running = undefined
      })
      await running
    },
  }
}
