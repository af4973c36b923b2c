import { afterEach, describe, expect, it, vi } from 'vitest'
import { createRefusedCalls } from '../src/refused-calls.js'
import { ask, NOW, newTrail, serverWith, TOKENS } from './bench.js'

afterEach(() => {
  vi.useRealTimers()
})

describe('calls that are refused at the door', () => {
  it('are recorded once a minute, with how many there were', async () => {
    vi.useFakeTimers({ now: NOW })
    const trail = newTrail()
    const server = serverWith({ trail, limits: { callsPerMinute: 1, burst: 1 } })
    const call = (token: string) => ask(server, { token, body: { document: 1 } })
    for (let at = 0; at < 50; at++) expect((await call('guessed')).status).toBe(401)
    for (const status of [200, 429, 429]) expect((await call(TOKENS.ann)).status).toBe(status)
    expect((await trail.query()).map(({ operation }) => operation)).toEqual(['codec.open'])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await trail.query({ after: 1 })).toMatchObject([
      { actor: 'nobody', operation: 'codec.refused', outcome: 'unauthenticated', details: { count: 50, since: NOW } },
      { actor: 'ann', operation: 'codec.refused', outcome: 'throttled', details: { count: 2, since: NOW } },
    ])
    await vi.advanceTimersByTimeAsync(600_000)
    expect(await trail.query()).toHaveLength(3)
    await call('guessed')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await trail.query({ after: 3 })).toMatchObject([{ details: { count: 1, since: NOW + 660_000 } }])
  })

  it('are recorded before the server ends, and once', async () => {
    vi.useFakeTimers({ now: NOW })
    const trail = newTrail()
    const server = serverWith({ trail })
    for (let at = 0; at < 3; at++) await ask(server, { token: 'guessed', body: { document: 1 } })
    await server.flush()
    expect(await trail.query()).toMatchObject([{ actor: 'nobody', details: { count: 3, since: NOW } }])
    await ask(server, { token: 'guessed', body: { document: 1 } })
    await vi.advanceTimersByTimeAsync(60_000)
    await server.flush()
    expect(await trail.query({ after: 1 })).toMatchObject([{ details: { count: 1 } }])
  })

  it('are counted on where the trail does not take them', async () => {
    const runs: (() => void)[] = []
    const taken: object[] = []
    let isDown = true
    const append = async (entry: object) => {
      if (isDown) throw new Error('down')
      taken.push(entry)
    }
    let now = NOW
    const refused = createRefusedCalls({ trail: { append }, now: () => now++, later: (run) => runs.push(run) })
    for (let at = 0; at < 3; at++) refused.count('nobody', 'unauthenticated')
    runs.shift()!()
    await vi.waitFor(() => expect(runs).toHaveLength(1))
    refused.count('nobody', 'unauthenticated')
    isDown = false
    runs.shift()!()
    await vi.waitFor(() => expect(taken).toMatchObject([{ details: { count: 4, since: NOW } }]))
    expect(runs).toEqual([])
  })

  it('keep a count each for so many callers, and one for all others', () => {
    const runs: (() => void)[] = []
    const entries: { actor: string; details: object }[] = []
    const append = async (entry: { actor: string; details: object }) => entries.push(entry)
    const refused = createRefusedCalls({ trail: { append }, now: () => NOW, later: (run) => runs.push(run) })
    for (let at = 0; at < 1_200; at++) refused.count(`caller-${at}`, 'throttled')
    for (const run of runs) run()
    expect(entries).toHaveLength(1_001)
    expect(entries.at(-1)).toMatchObject({ actor: 'others', details: { count: 200 } })
  })
})
