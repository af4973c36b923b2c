import type { Ready, Used } from '../messages.ts'

/** Tells the benchmark that a server listens, and what it uses whenever it is asked; ends with the benchmark. */
export function serving(ready: Ready, close: () => Promise<void> | void = () => {}): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send!({ cpuMicroseconds: user + system } satisfies Used)
  })
  process.once('disconnect', async () => {
    await close()
    process.exit()
  })
  process.send!(ready)
}
