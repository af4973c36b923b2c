import { generateKey } from '@waxseal/keys-env'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorkerd, type Workerd } from './cloudflare/workerd.js'

describe('Cloudflare Queues of workerd', () => {
  let workerd: Workerd
  beforeAll(async () => {
    workerd = await startWorkerd(generateKey())
  })
  afterAll(() => workerd?.stop())
  const post = async (url: string, body = '') => (await fetch(url, { method: 'POST', body })).json()
  const hex = (text: string) => Buffer.from(text).toString('hex')

  it('carry sealed bodies as text and as bytes, and put away what is in clear', async () => {
    await post(`${workerd.worker}/text`, '{"card":"4242"}')
    await post(`${workerd.worker}/bytes`, '{"card":"1881"}')
    await post(`${workerd.worker}/clear`, '{"card":"3782"}')
    const { waiting } = await post(`${workerd.queue}/`)
    expect(waiting).toMatchObject([
      { contentType: 'text', hex: expect.stringContaining(hex('"$sealed":"wax1.')) },
      { contentType: 'bytes', hex: expect.stringMatching(/^c1/) },
      { contentType: 'text', hex: hex('{"card":"3782"}') },
    ])
    expect(JSON.stringify(waiting.slice(0, 2))).not.toMatch(new RegExp(`${hex('4242')}|${hex('1881')}`))

    expect(await post(`${workerd.queue}/deliver`)).toMatchObject({ waiting: [], dead: [{ hex: hex('{"card":"3782"}') }] })
    expect(await post(`${workerd.worker}/seen`)).toEqual([
      { ok: true, value: { card: '4242' }, job: 'order' },
      { ok: true, value: { card: '1881' }, job: 'order' },
    ])
  })
})
