import { describe, expect, it } from 'vitest'
import { acteon } from '../src/index.js'
import { KEY, OTHER } from './samples.js'

const code = (name: string) => expect.objectContaining({ code: name })
const ENVELOPE = /^ENC\[AES256-GCM,kid:k1,data:([A-Za-z0-9+/=]+),iv:([A-Za-z0-9+/=]{16}),tag:([A-Za-z0-9+/=]{24})\]$/

/** As Acteon writes it under any kid, for any text. */
async function written(kid: string | undefined, text: string): Promise<string> {
  const key = await crypto.subtle.importKey('raw', KEY as Uint8Array<ArrayBuffer>, 'AES-GCM', false, ['encrypt'])
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const sealed = Buffer.from(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, new TextEncoder().encode(text)))
  const [data, tag] = [sealed.subarray(0, -16).toString('base64'), sealed.subarray(-16).toString('base64')]
  return `ENC[AES256-GCM,${kid === undefined ? '' : `kid:${kid},`}data:${data},iv:${Buffer.from(iv).toString('base64')},tag:${tag}]`
}

describe('envelopes of Acteon', () => {
  const keys = [
    { kid: 'k1', key: KEY },
    { kid: 'k0', key: OTHER },
  ]

  it('are written as Acteon recognises them, under the first key', async () => {
    const values = acteon({ keys })
    for (const value of [{}, null, '', 'ü', [1]]) {
      const stored = await values.seal(value)
      expect(stored).toMatch(ENVELOPE)
      expect(await values.open(stored)).toEqual(value)
    }
    await expect(acteon({ keys: [keys[1]!] }).open(await values.seal(1))).rejects.toEqual(code('key_not_found'))
  })

  it.each(['prod.2026', 'a:b', 'a,b', 'kid:x', 'ü', 'data:x'])(
    'open under the kid %j, which Acteon takes for plaintext',
    async (kid) => {
      const values = acteon({ keys: [{ kid, key: KEY }] })
      expect(await values.open(await written(kid, '{"a":1}'))).toEqual({ a: 1 })
      await expect(values.seal(1)).rejects.toEqual(code('config'))
    },
  )

  it('open with an empty content, which Acteon takes for plaintext, and are not written so', async () => {
    const texts = acteon({ keys, as: 'text' })
    expect(await texts.open(await written('k1', ''))).toBe('')
    await expect(texts.seal('')).rejects.toEqual(code('not_serialisable'))
    await expect(acteon({ keys }).open(await written('k1', ''))).rejects.toEqual(code('malformed'))
  })

  it('without a kid are tried with every key, with a kid with that alone', async () => {
    const stored = await written(undefined, '1')
    expect(await acteon({ keys }).open(stored)).toBe(1)
    expect(await acteon({ keys: [...keys].reverse() }).open(stored)).toBe(1)
    const swapped = [
      { kid: 'k1', key: OTHER },
      { kid: 'k0', key: KEY },
    ]
    await expect(acteon({ keys: swapped }).open(await written('k1', '1'))).rejects.toEqual(code('open_failed'))
  })

  it('are refused where they are no more than alike', async () => {
    const values = acteon({ keys })
    for (const bad of [
      'ENC[hello]',
      'ENC[AES256-GCM,kid:,data:QQ==,iv:QQ==,tag:QQ==]',
      'ENC[AES256-GCM,data:QQ==,tag:QQ==,iv:QQ==]',
      'ENC[AES256-GCM,data:QQ==,iv:QQ==,tag:QQ==] and more',
      'ENC[AES256-GCM,x,data:QQ==,iv:QQ==,tag:QQ==]',
      (await values.seal(1)).replace('ENC[', 'enc['),
      (await values.seal(1)).replace(/iv:.{4}/, 'iv:'),
    ])
      await expect(values.open(bad), bad).rejects.toEqual(code('malformed'))
  })

  it('need keys, each with a kid of its own', () => {
    for (const bad of [[], [keys[0]!, { kid: 'k1', key: OTHER }], [{ kid: 'k', key: KEY.slice(1) }]])
      expect(() => acteon({ keys: bad })).toThrow(code('config'))
    expect(() => acteon({ keys, as: 'yaml' as never })).toThrow(code('config'))
  })
})
