import type { Surroundings } from '../src/keys/service/attempts.ts'

interface Timer {
  readonly at: number
  readonly run: () => void
}

/** Time that passes when told to, for outages that would take hours. */
export interface VirtualClock extends Surroundings {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** How many timers are set. */
  readonly timers: () => number
  /** Lets time pass; timers fire in order, and what they set off runs before the next. */
  pass(ms: number): Promise<void>
  /** Lets time pass until the promise is settled. */
  until<T>(promise: Promise<T>): Promise<T>
}

const settled = () => new Promise<void>((resolve) => setTimeout(resolve, 0))

export function virtualClock(start: number): VirtualClock {
  let time = 0
  const timers = new Set<Timer>()
  const next = () => [...timers].sort((a, b) => a.at - b.at)[0]
  async function fire(timer: Timer) {
    timers.delete(timer)
    time = Math.max(time, timer.at)
    timer.run()
    await settled()
  }
  return {
    now: () => start + time,
    tick: () => time,
    random: () => 0.5,
    timers: () => timers.size,
    after(ms, run) {
      const timer = { at: time + ms, run }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    async pass(ms) {
      const end = time + ms
      await settled()
      for (let timer = next(); timer && timer.at <= end; timer = next()) await fire(timer)
      time = end
    },
    async until(promise) {
      let done = false
      const mark = () => {
        done = true
      }
      promise.then(mark, mark)
      await settled()
      for (let timer = next(); !done && timer; timer = next()) await fire(timer)
      return promise
    },
  }
}
