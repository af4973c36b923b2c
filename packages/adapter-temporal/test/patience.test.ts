import { createSealer, generateKey, staticKeys, WaxsealError, type WaxsealErrorCode } from '@waxseal/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { temporalCodec } from '../src/index.js'

const key = new Uint8Array(32)
const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })

/** Keys that are refused some times before they are given. */
function refusing(code: WaxsealErrorCode, times: number, retryAfterMs?: number) {
  const keys = vi.fn(() => {
    if (keys.mock.calls.length <= times) throw new WaxsealError(code, 'not now', { retryAfterMs })
    return key
  })
  return keys
}

const seal = (keys: () => Uint8Array, patienceMs?: number) =>
  temporalCodec({
    sealer,
    app: 'shop',
    namespace: 'default',
    sample: { keys, writeKeyId: 'k' },
    write: 'sample',
    patienceMs,
  }).encode([{}])

describe('sealing while the key service does not answer', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] }))
  afterEach(() => void vi.useRealTimers())

  it('waits until it does', async () => {
    const keys = refusing('provider_unavailable', 4)
    const sealed = seal(keys)
    await vi.advanceTimersByTimeAsync(1_499)
    expect(keys).toHaveBeenCalledTimes(4)
    await vi.advanceTimersByTimeAsync(1)
    expect(await sealed).toHaveLength(1)
  })

  it('waits as long as it is told to', async () => {
    const keys = refusing('throttled', 1, 20_000)
    const sealed = seal(keys)
    await vi.advanceTimersByTimeAsync(19_999)
    expect(keys).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(await sealed).toHaveLength(1)
  })

  it('gives up in the end', async () => {
    const keys = refusing('provider_unavailable', Number.POSITIVE_INFINITY)
    const failed = expect(seal(keys)).rejects.toMatchObject({ code: 'provider_unavailable' })
    await vi.advanceTimersByTimeAsync(60_000)
    await failed
    expect(keys.mock.calls.length).toBeGreaterThan(10)
  })

  it.each<[string, WaxsealErrorCode, number]>([
    ['that is asked for', 'provider_unavailable', 0],
    ['waiting cannot help', 'access_denied', 60_000],
  ])('gives up at once where %s', async (_, code, patienceMs) => {
    const keys = refusing(code, 9)
    await expect(seal(keys, patienceMs)).rejects.toMatchObject({ code })
    expect(keys).toHaveBeenCalledTimes(1)
  })
})
