import { WaxsealError } from '@waxseal/core'
import type { Fault, Faults } from './faults.js'

/** The faults that are still to come. */
export interface FaultPlan extends Faults {
  /** The fault of this request, counted as used. */
  take(operation: string): Fault | undefined
}

export function faultPlan(): FaultPlan {
  let planned: { fault: Fault; operation: string | undefined; left: number }[] = []
  return Object.freeze<FaultPlan>({
    inject(fault, { times = 1, operation } = {}) {
      if (!(times === Number.POSITIVE_INFINITY || (Number.isInteger(times) && times > 0)))
        throw new WaxsealError('config', 'faults: times is a whole number above 0, or Infinity')
      planned.push({ fault: { ...fault }, operation, left: times })
    },
    clear() {
      planned = []
    },
    take(operation) {
      const next = planned.find((entry) => entry.operation === undefined || entry.operation === operation)
      if (!next) return undefined
      next.left--
      if (next.left === 0) planned = planned.filter((entry) => entry !== next)
      return next.fault
    },
  })
}
