import type { Profiler } from 'node:inspector'
import { Session } from 'node:inspector/promises'

const INTERVAL_US = 100

/** Samples a function that is called over and over, for so long; what it calls is found below `profiled`. */
export async function profile(run: () => unknown, forMs: number): Promise<Profiler.Profile> {
  const session = new Session()
  session.connect()
  const profiled = async (until: number): Promise<void> => {
    while (performance.now() < until) await run()
  }
  await profiled(performance.now() + forMs / 4)
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US })
  await session.post('Profiler.start')
  await profiled(performance.now() + forMs)
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  return profile
}
