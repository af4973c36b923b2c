import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { expect, it } from 'vitest'
import { lenient } from '../src/bull-board/lenient.js'
import { createJobSealing } from '../src/job-sealing.js'

it('a board seals no template that it shows as somebody stored it in clear', async () => {
  const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
  const board = lenient(createJobSealing({ sealer, app: 'shop' }))
  const template = { payTo: 'somebody else' }
  const shown = await board.payloads.openData(board.infoOfName('tick', 'q', template))
  expect(shown).toEqual(template)
  await expect(board.sealNew({ name: 'tick', data: shown }, 'q')).rejects.toMatchObject({ statusCode: 409 })
  const text = await board.payloads.openData(board.infoOfName('tick', 'q', 'pay somebody else'))
  await expect(board.sealNew({ name: 'tick', data: text }, 'q')).rejects.toMatchObject({ statusCode: 409 })
  expect((await board.sealNew({ name: 'tick', data: { payTo: 'us' } }, 'q')).data).toMatchObject({ $job: 'tick' })
})
