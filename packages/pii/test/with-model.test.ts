import { createSealer, fieldPolicy, generateKey, staticKeys } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import { createDetector } from '../src/detector.ts'
import type { Finding } from '../src/finding.ts'
import { PiiError } from '../src/pii-error.ts'
import { type Model, withModel } from '../src/with-model.ts'

/** Stands for a recogniser of names: knows one. */
const findAda = (text: string): Finding[] => {
  const start = text.indexOf('Ada Lovelace')
  return start < 0 ? [] : [{ type: 'PERSON', start, end: start + 12, score: 0.9, validated: false }]
}
const model: Model = async (texts) => texts.map(findAda)

describe('withModel', () => {
  const detector = withModel(createDetector(), model)

  it('adds what the model finds, in order', async () => {
    const found = await detector.detectText('write to ada@example.com, that is Ada Lovelace')
    expect(found.map(({ type }) => type)).toEqual(['EMAIL', 'PERSON'])
  })

  it('leaves what is proved where the two overlap', async () => {
    const whole: Model = async (texts) =>
      texts.map((text) => [{ type: 'PERSON', start: 0, end: text.length, score: 1, validated: false }])
    const found = await withModel(createDetector(), whole).detectText('4111 1111 1111 1111')
    expect(found.map(({ type }) => type)).toEqual(['CREDIT_CARD'])
  })

  it('covers what either found where the two overlap', async () => {
    const text = 'ask jane.doe@example.com today'
    for (const [start, end, score] of [
      [4, 12, 0.9],
      [0, 8, 0.9],
      [8, 30, 0.9],
      [0, 8, 0.1],
    ] as const) {
      const other: Model = async () => [[{ type: 'PERSON', start, end, score, validated: false }]]
      const [found, ...none] = await withModel(createDetector(), other).detectText(text)
      expect(found).toMatchObject({ start: Math.min(start, 4), end: Math.max(end, 24), type: score > 0.5 ? 'PERSON' : 'EMAIL' })
      expect(none).toEqual([])
    }
  })

  it('shows the model texts in scripts without spaces', async () => {
    const all: Model = async (texts) =>
      texts.map((text) => [{ type: 'PERSON', start: 0, end: text.length, score: 1, validated: false }])
    const document = { note: '山田さんは東京にいます', status: 'sent' }
    expect(await withModel(createDetector(), all).detectDocument(document)).toMatchObject([{ pointer: '/note', type: 'PERSON' }])
  })

  it('shows the model only prose that is not taken as a whole already, in one call', async () => {
    const shown: (readonly string[])[] = []
    const spy: Model = async (texts) => {
      shown.push(texts)
      return texts.map(findAda)
    }
    const document = {
      note: 'please call Ada Lovelace',
      status: 'sent',
      email: 'ada@example.com',
      log: ['Ada Lovelace was here'],
    }
    const found = await withModel(createDetector(), spy).detectDocument(document)
    expect(shown).toEqual([['please call Ada Lovelace', 'Ada Lovelace was here']])
    expect(found.map(({ pointer, type }) => [pointer, type])).toEqual([
      ['/email', 'EMAIL'],
      ['/note', 'PERSON'],
      ['/log/0', 'PERSON'],
    ])
  })

  it('seals what it found, as the detector of a policy', async () => {
    const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
    const context = { app: 'test', job: 'note' }
    const policy = fieldPolicy({ detector })
    const sealed = await sealer.sealFields({ note: 'please call Ada Lovelace', amount: 3 }, policy, { context })
    expect(JSON.stringify(sealed)).not.toContain('Lovelace')
    expect(await sealer.openFields(sealed, policy, { context })).toEqual({ note: 'please call Ada Lovelace', amount: 3 })
  })

  it('takes nothing for clean when the model fails or answers nonsense', async () => {
    const failing = withModel(createDetector(), () => Promise.reject(new Error('model is down')))
    await expect(failing.detectText('some words here')).rejects.toThrow('model is down')
    const answers: unknown[] = [undefined, null, [], [null], [[null]], ['']]
    const finding = { type: 'X', start: 3, end: 5, score: 1, validated: false }
    for (const odd of [
      { end: 99 },
      { end: 4.5 },
      { start: -1 },
      { start: 5 },
      { score: Number.NaN },
      { type: '' },
      { type: undefined },
    ])
      answers.push([[{ ...finding, ...odd }]])
    for (const answer of answers) {
      const broken = withModel(createDetector(), async () => answer as never)
      await expect(broken.detectText('some words here'), JSON.stringify(answer)).rejects.toBeInstanceOf(PiiError)
    }
    const emptying = withModel(createDetector(), async (texts) => (texts as string[]).splice(0).slice(1) as never)
    await expect(emptying.detectText('some words here')).rejects.toBeInstanceOf(PiiError)
  })
})
