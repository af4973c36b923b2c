import { describe, type Log } from './log.js'

export type Checks = Readonly<Record<string, () => Promise<void>>>

export interface Readiness {
  /** 200 where everything that a call needs is there, else 503: names of the parts, and whether each is. */
  answer(): Promise<Response>
  /** From now on it is not ready. */
  end(): void
}

export interface ReadinessOptions {
  readonly checks: Checks
  readonly log: Log
  /** An answer is given again for so long, in milliseconds: anybody may ask. Default 1,000. */
  readonly maxAgeMs?: number
  /** A part that has not answered by then is not there, in milliseconds. Default 5,000. */
  readonly timeoutMs?: number
}

type State = 'ok' | 'failed'
type Found = Readonly<Record<string, State>>

export function createReadiness({ checks, log, maxAgeMs = 1000, timeoutMs = 5000 }: ReadinessOptions): Readiness {
  let ending = false
  let asked: { readonly at: number; readonly found: Promise<Found> } | undefined

  async function stateOf(name: string, check: () => Promise<void>): Promise<State> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(Object.assign(new Error(), { code: 'timeout' })), timeoutMs)
    })
    try {
      await Promise.race([check(), late])
      return 'ok'
    } catch (error) {
      log.warn({ event: 'not_ready', part: name, ...describe(error) })
      return 'failed'
    } finally {
      clearTimeout(timer)
    }
  }

  const find = async (): Promise<Found> =>
    Object.fromEntries(
      await Promise.all(Object.entries(checks).map(async ([name, check]) => [name, await stateOf(name, check)] as const)),
    )

  return {
    async answer() {
      const at = performance.now()
      if (!ending && (!asked || at - asked.at >= maxAgeMs)) asked = { at, found: find() }
      const found = ending ? {} : await asked!.found
      const status = ending ? 'ending' : Object.values(found).every((state) => state === 'ok') ? 'ready' : 'not_ready'
      return Response.json(
        { status, checks: found },
        { status: status === 'ready' ? 200 : 503, headers: { 'cache-control': 'no-store' } },
      )
    },
    end() {
      ending = true
    },
  }
}
