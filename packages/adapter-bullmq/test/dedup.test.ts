import { createDedupKey, createSealer, generateKey, staticKeys } from '@waxseal/core'
import { expect, it } from 'vitest'
import { createDedup } from '../src/dedup.js'

it('ids of deduplication are hashed whatever type JavaScript gave them: Redis holds texts', async () => {
  const keys = staticKeys([{ kid: 'k1', key: generateKey() }])
  const dedup = createDedup({ sealer: createSealer({ keys }), app: 'shop', dedup: createDedupKey({ keys, key: { kid: 'k1' } }) })
  const hash = await dedup.idOf('q', '42424242')
  expect(await dedup.idOf('q', 42424242 as unknown as string)).toBe(hash)
  expect(await dedup.optionsOf({ deduplication: { id: 42424242 } }, 'q')).toEqual({ deduplication: { id: hash } })
  expect(await dedup.optionsOf({ deduplication: {} }, 'q')).toEqual({ deduplication: {} })
})
