import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type ListeningClient, postgresChannel } from '../src/index.ts'

/** Clients that fail as told. */
function server() {
  const open = new Set<object>()
  const state = { open, connections: 0, refuses: false, losesOnListen: false, lose: () => {} }
  const connect = async (): Promise<ListeningClient> => {
    state.connections++
    const lost: (() => void)[] = []
    const client: ListeningClient = {
      async query() {
        if (state.losesOnListen) for (const tell of lost) tell()
        if (state.refuses || state.losesOnListen) throw new Error('cannot execute LISTEN during recovery')
      },
      on(event: string, listener: (message: never) => void) {
        if (event !== 'notification') lost.push(listener as () => void)
      },
      async end() {
        open.delete(client)
      },
    }
    state.lose = () => {
      for (const tell of lost) tell()
    }
    open.add(client)
    return client
  }
  return Object.assign(state, { channel: postgresChannel({ connect, reconnectMs: 100 }) })
}

describe('a channel over LISTEN', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('leaves no connection behind where it may not listen', async () => {
    const at = server()
    const end = await at.channel.subscribe(() => {})
    at.refuses = true
    at.lose()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(at.connections).toBeGreaterThan(10)
    expect(at.open.size).toBe(0)
    at.refuses = false
    await vi.advanceTimersByTimeAsync(1_000)
    expect(at.open.size).toBe(1)
    await end()
    expect(at.open.size).toBe(0)
  })

  it('tries one connection at a time, however it is lost', async () => {
    const at = server()
    await at.channel.subscribe(() => {})
    at.losesOnListen = true
    at.lose()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(at.connections).toBeLessThanOrEqual(2_000 / 50 + 1)
    expect(at.open.size).toBe(0)
  })

  it('goes on by itself only after it has listened once', async () => {
    const at = server()
    at.losesOnListen = true
    await expect(at.channel.subscribe(() => {})).rejects.toThrow()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(at.connections).toBe(1)
  })

  it('is over when it was ended while it connected', async () => {
    const at = server()
    const end = await at.channel.subscribe(() => {})
    at.lose()
    vi.advanceTimersToNextTimer()
    await end()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(at.open.size).toBe(0)
    expect(at.connections).toBe(2)
  })
})
