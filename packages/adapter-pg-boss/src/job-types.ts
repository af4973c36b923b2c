import { JOB, memberOf } from '@waxseal/adapter-kit'
import { WaxsealError } from '@waxseal/core'

export interface JobTypes {
  /** The type of what is sent to a queue. */
  of(queue: string): string
  /** The type of what lies in a queue: recorded beside it, but only one that the queue takes. */
  accepted(queue: string, stored: unknown): string
  /** The type of a job in clear: in a dead letter queue that of the queue it came from, where that is known and listed. */
  ofClear(queue: string, source: string | null): string
  /** Refuses a dead letter queue that does not list the queue: its worker could open none of those jobs. */
  checkDeadLetter(queue: string, deadLetter: unknown): void
}

export function createJobTypes(
  jobType: (queue: string) => string = (queue) => queue,
  deadLetters: Readonly<Record<string, readonly string[]>> = {},
): JobTypes {
  const sources = (queue: string): readonly string[] => (Object.hasOwn(deadLetters, queue) ? deadLetters[queue]! : [])
  return Object.freeze({
    of: jobType,
    accepted(queue: string, stored: unknown): string {
      const own = jobType(queue)
      const recorded = memberOf(stored, JOB)
      if (typeof recorded !== 'string' || recorded === own) return own
      if (sources(queue).some((source) => jobType(source) === recorded)) return recorded
      throw new WaxsealError(
        'context_required',
        'the job was sealed as another type than its queue takes (seal.deadLetters lists what a dead letter queue takes)',
      )
    },
    ofClear: (queue: string, source: string | null): string =>
      jobType(source !== null && sources(queue).includes(source) ? source : queue),
    checkDeadLetter(queue: string, deadLetter: unknown): void {
      if (typeof deadLetter !== 'string' || jobType(deadLetter) === jobType(queue) || sources(deadLetter).includes(queue)) return
      throw new WaxsealError(
        'config',
        `seal.deadLetters must list the queue ${queue} under ${deadLetter}, or the jobs there could not be opened`,
      )
    },
  })
}
