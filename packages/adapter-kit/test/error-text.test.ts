import { createSealer, generateKey, staticKeys, WaxsealError } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import { createPayloads, errorText, isPoison, parseErrorText, scrubbed } from '../src/index.js'

const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const payloads = createPayloads({ sealer, app: 'shop' })
const job = { name: 'pay' }

describe('a stored error as a line', () => {
  it('is read back, and opens to its details', async () => {
    const error = Object.assign(new TypeError('card 4242 declined'), { card: '4242' })
    const line = errorText((await payloads.sealError(job, error)) as Record<string, unknown>)
    expect(line).toMatch(/^TypeError: \[sealed\] wax1\.\S+$/)
    expect(await payloads.openError(job, parseErrorText(line))).toMatchObject({
      name: 'TypeError',
      message: 'card 4242 declined',
      card: '4242',
      stack: error.stack,
    })
  })

  it('names the code of errors of ours, and nothing of others', () => {
    const refused = new WaxsealError('open_failed', 'no')
    expect(errorText(scrubbed(refused))).toBe('WaxsealError: [sealed] (open_failed)')
    expect(parseErrorText('WaxsealError: [sealed] (open_failed)')).toEqual(scrubbed(refused))
    const named = Object.assign(new Error('secret'), { name: '4242424242424242' })
    expect(errorText(scrubbed(named))).toBe('Error: [sealed]')
  })

  it('is told from any other text', () => {
    for (const text of ['', 'Error: declined', 'x: [sealed] wax1.a b', 'Error: [sealed] wax1.a\n', undefined, 5])
      expect(parseErrorText(text)).toBeUndefined()
  })
})

describe('poison', () => {
  it('is what no further try can help', () => {
    for (const code of ['open_failed', 'plaintext_rejected', 'key_destroyed', 'malformed'] as const)
      expect(isPoison(new WaxsealError(code, ''))).toBe(true)
    for (const code of ['provider_unavailable', 'throttled', 'timeout', 'config', 'access_denied'] as const)
      expect(isPoison(new WaxsealError(code, ''))).toBe(false)
    expect(isPoison(new Error(''))).toBe(false)
  })
})
