import type { KeyChannel } from './channel.js'

/** Listens on a channel from the first use on, and again where it could not. */
export interface Listener {
  listen(): void
  close(): Promise<void>
}

const PAUSE_MS = 30_000

export function createListener(
  channel: KeyChannel | undefined,
  changed: (kids: readonly string[] | 'all') => void,
  failed: () => void,
): Listener {
  let subscribed: Promise<(() => unknown) | undefined> | undefined
  let failedAt = Number.NEGATIVE_INFINITY
  let closed = false

  async function subscribe(to: KeyChannel) {
    try {
      return await to.subscribe(changed)
    } catch {
      failedAt = performance.now()
      subscribed = undefined
      failed()
      return undefined
    }
  }

  return {
    listen() {
      if (channel && !closed && !subscribed && performance.now() - failedAt >= PAUSE_MS) subscribed = subscribe(channel)
    },
    async close() {
      closed = true
      await (await subscribed)?.()
    },
  }
}
