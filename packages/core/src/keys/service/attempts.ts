import { WaxsealError } from '../../errors.js'
import type { MaybePromise } from '../../flow.js'
import type { KeyCall } from '../types.js'
import { type Breaker, createBreaker } from './breaker.js'
import type { KeyServiceOperation } from './key-service-event.js'
import type { KeyServiceSettings } from './key-service-options.js'

/** Time and chance, which tests put others in place of. */
export interface Surroundings {
  /** A clock that never goes back, in milliseconds. */
  readonly tick: () => number
  /** At least 0, below 1. */
  readonly random: () => number
  /** Calls back after some milliseconds; what it returns calls that off. */
  readonly after: (ms: number, run: () => void) => () => void
}

export const surroundings: Surroundings = {
  tick: () => performance.now(),
  random: Math.random,
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

/** Runs calls to one key service: deadline, attempts, back-off, breaker and events, all in this place. */
export type Attempts = <T>(
  operation: KeyServiceOperation,
  call: KeyCall,
  run: (call: KeyCall) => MaybePromise<T>,
  /** At most so many attempts. */
  most?: number,
) => Promise<T>

const outcomeOf = (error: unknown) => (WaxsealError.is(error) ? error.code : 'error')

export function createAttempts(provider: string, settings: KeyServiceSettings, around: Surroundings): Attempts {
  const { retry, deadlineMs, attemptTimeoutMs, tell } = settings
  const { tick } = around
  const breaker: Breaker = createBreaker(settings.breaker, provider, tick, tell, deadlineMs)

  async function observed<T>(
    operation: KeyServiceOperation,
    type: 'attempt' | 'call',
    attempts: () => number,
    run: () => Promise<T>,
  ) {
    const from = tick()
    const told = (outcome: 'ok' | ReturnType<typeof outcomeOf>) =>
      tell({ type, provider, operation, outcome, attempts: attempts(), durationMs: tick() - from })
    try {
      const done = await run()
      told('ok')
      return done
    } catch (error) {
      told(outcomeOf(error))
      throw error
    }
  }

  /** How long to wait before the next attempt, or undefined where there is none. */
  function backOff(error: unknown, attempt: number, most: number, leftMs: number): number | undefined {
    if (!WaxsealError.is(error) || !error.retryable || attempt >= most) return undefined
    const base = error.code === 'throttled' ? retry.throttledBaseMs : retry.baseMs
    const drawn = around.random() * Math.min(retry.maxMs, base * 2 ** (attempt - 1))
    const asked = error.retryAfterMs ?? 0
    const ms = Math.max(drawn, asked)
    return asked > retry.maxMs || ms >= leftMs ? undefined : ms
  }

  return (operation, call, run, most = retry.attempts) => {
    let attempt = 0
    // A health check that works says nothing of the calls that matter, and must get through to say anything.
    const counted = operation === 'check' ? undefined : breaker
    return observed(
      operation,
      'call',
      () => attempt,
      async () => {
        counted?.check()
        const until = tick() + deadlineMs
        try {
          for (;;) {
            attempt++
            const ms = Math.min(attemptTimeoutMs, until - tick())
            try {
              const done = await observed(
                operation,
                'attempt',
                () => attempt,
                () => timed(ms, call, run, around),
              )
              counted?.report()
              return done
            } catch (error) {
              const ms = backOff(error, attempt, most, until - tick())
              if (ms === undefined) throw error
              await pause(ms, call, around)
            }
          }
        } catch (error) {
          counted?.report(error)
          throw error
        }
      },
    )
  }
}

/**
 * Runs a call to a key service that is no driver's: `timeout` after `ms`, `aborted` when the caller's signal says so, whether or not
 * `run` heeds the signal that it gets.
 *
 * @example
 * const answer = await timeLimited(2_000, call, ({ signal }) => fetch(url, { signal }))
 */
export const timeLimited = <T>(ms: number, call: KeyCall, run: (call: KeyCall) => MaybePromise<T>): Promise<T> =>
  timed(ms, call, run, surroundings)

/** Ends with `timeout` after `ms`, and with `aborted` when the caller's signal says so; `run` gets a signal for both. */
function timed<T>(ms: number, call: KeyCall, run: (call: KeyCall) => MaybePromise<T>, around: Surroundings): Promise<T> {
  const { signal } = call
  const controller = new AbortController()
  return new Promise((resolve, reject) => {
    const end = (error: WaxsealError) => {
      settled()
      reject(error)
      controller.abort(error)
    }
    const aborted = () => end(new WaxsealError('aborted', 'the call was aborted', { cause: signal?.reason }))
    const late = () => end(new WaxsealError('timeout', `the key service did not answer within ${Math.round(ms)} ms`))
    const calledOff = around.after(ms, late)
    const settled = () => {
      calledOff()
      signal?.removeEventListener('abort', aborted)
    }
    if (signal?.aborted) return aborted()
    signal?.addEventListener('abort', aborted, { once: true })
    const begun = (async () => run({ ...call, signal: controller.signal }))()
    begun.then(resolve, reject).finally(settled)
  })
}

const pause = (ms: number, call: KeyCall, around: Surroundings): Promise<void> =>
  timed(
    2 * ms + 1_000,
    call,
    ({ signal }) =>
      new Promise<void>((resolve) => {
        const calledOff = around.after(ms, resolve)
        signal?.addEventListener('abort', calledOff, { once: true })
      }),
    around,
  )
