import { type Detector, WaxsealError } from '@waxseal/core'
import { parseErrorText } from './error-text.js'
import type { SealedJob, Surface } from './job.js'
import { isScrubbed } from './job-error.js'
import type { Payloads } from './payloads.js'
import { ERROR, JOB, memberOf, SEALED } from './stored.js'

/** What a target of re-encryption does with values that stand in clear. */
export interface InClearOptions {
  /** `seal`: they are sealed in place, as they would have been on sending. Default: they stay, and are reported. */
  readonly inClear?: 'seal' | undefined
  /** Of the values in clear only those are touched in which it finds something; the others are left out. */
  readonly detect?: Detector | undefined
}

/** For the pages of a target. */
export interface InClear {
  /** Whether values in clear are sealed. */
  readonly seals: boolean
  /** False for a value in clear that is to be left out. */
  concerns(stored: unknown): Promise<boolean>
  /** `seal` of an item of `@waxseal/reseal`; nothing where the value is sealed or is to stay as it is. */
  sealOf(job: SealedJob, surface: Surface, stored: unknown): { readonly seal?: () => Promise<unknown> }
}

/** Whether nothing of a stored value is an adapter's: no envelope, no document with sealed fields, no scrubbed error. */
export function isInClear(stored: unknown): boolean {
  if (typeof stored === 'string') return !/^wax[1-9]/.test(stored) && !parseErrorText(stored)
  return !isScrubbed(stored) && [SEALED, ERROR, JOB, '$wax'].every((name) => memberOf(stored, name) === undefined)
}

/** `config` for options that do not fit. */
export function createInClear(payloads: Pick<Payloads, 'isPlain' | 'sealStored'>, { inClear, detect }: InClearOptions): InClear {
  if (inClear !== undefined && inClear !== 'seal') throw new WaxsealError('config', "inClear is 'seal' or left out")
  if (detect && typeof detect.detectDocument !== 'function')
    throw new WaxsealError('config', 'detect is a detector, as createDetector of @waxseal/pii makes one')
  return Object.freeze({
    seals: inClear === 'seal',

    async concerns(stored: unknown): Promise<boolean> {
      if (!detect || !isInClear(stored)) return true
      try {
        for (const _ of await detect.detectDocument(stored)) return true
        return false
      } catch {
        // In what it cannot read, such as a document that is too deep, there may be anything.
        return true
      }
    },

    sealOf(job: SealedJob, surface: Surface, stored: unknown) {
      if (!inClear || !isInClear(stored) || payloads.isPlain(job)) return {}
      return { seal: () => payloads.sealStored(job, surface, stored) }
    },
  })
}
