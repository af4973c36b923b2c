import { createFakeAwsKms } from '@waxseal/conformance/fakes'
import { WaxsealError } from '@waxseal/core'
import { createTestSealer } from '@waxseal/core/testing'
import { awsKms } from '@waxseal/keys-aws-kms'
import { context } from './ours.ts'

const JOBS = 1_000_000
const JOBS_PER_SECOND = 100
const SCOPES = [1, 100, 1000, 10_000]
/** More scopes than the cache keeps: nearly every job asks, and fewer of them tell as much. */
const MANY_SCOPES = 1000

export interface KmsCalls {
  readonly scopes: number
  /** Requests that the key service got from the process that seals and from the one that opens, for `counted` jobs. */
  readonly sealing: number
  readonly opening: number
  readonly counted: number
  /** Of a million jobs, one in so many was sealed and opened; the clock moved for all. */
  readonly oneIn: number
}

/**
 * Requests for a million jobs. Keys that the cache keeps are asked for by time, and all that were asked for are counted; where nearly
 * every job asks, those of the others are added.
 */
export const perMillion = ({ scopes, sealing, opening, oneIn }: KmsCalls): number =>
  (sealing + opening) * (scopes > MANY_SCOPES ? oneIn : 1)

/**
 * Counts what a key service is asked while jobs are sealed in one process and opened in another, both with the default cache.
 * The service is the fake of `@waxseal/conformance`; the clock is moved, not waited for.
 */
export async function kmsCalls(oneIn: number): Promise<KmsCalls[]> {
  const counts: KmsCalls[] = []
  for (const scopes of SCOPES) counts.push(await count(scopes, scopes > MANY_SCOPES ? oneIn * 20 : oneIn))
  return counts
}

async function count(scopes: number, oneIn: number): Promise<KmsCalls> {
  let at = Date.now()
  const now = () => at
  const kms = createFakeAwsKms({ now })
  const requests = { seal: 0, open: 0 }
  const sealer = (role: keyof typeof requests) =>
    createTestSealer({
      now,
      keys: awsKms({
        keyId: kms.aliasName,
        region: kms.region,
        credentials: kms.credentials,
        // The machine may be busy: what is counted are requests, not patience.
        deadlineMs: 60_000,
        attemptTimeoutMs: 60_000,
        now,
        fetch(input, init) {
          requests[role]++
          return kms.fetch(input, init)
        },
      }),
    })
  const [producer, worker] = [sealer('seal'), sealer('open')]
  const places = Array.from({ length: scopes }, (_, i) => ({ context, scope: `tenant-${i}` }))
  const counted = Math.ceil(JOBS / oneIn)
  let random = 1
  for (let i = 0; i < counted; i++) {
    at += (1000 / JOBS_PER_SECOND) * oneIn
    // Of a fixed sequence, so that a run can be repeated.
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0
    const place = places[random % scopes]!
    const sealed = await atHand(
      () => producer.sealSync('job', place),
      () => producer.seal('job', place),
    )
    await atHand(
      () => worker.openSync(sealed, place),
      () => worker.open(sealed, place),
    )
  }
  await Promise.all([producer.close(), worker.close()])
  return { scopes, sealing: requests.seal, opening: requests.open, counted, oneIn }
}

/** Without waiting, where the key is there. */
function atHand<T>(now: () => T, later: () => Promise<T>): T | Promise<T> {
  try {
    return now()
  } catch (error) {
    if (!WaxsealError.is(error) || error.code !== 'key_not_resident') throw error
    return later()
  }
}
