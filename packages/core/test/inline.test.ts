import { describe, expect, it } from 'vitest'
import { editDocument } from '../src/document/pointer.ts'
import { createSealer } from '../src/sealer/sealer.ts'
import { context, keys, outcome } from './fixtures.ts'

const sealer = createSealer({ keys })

describe('inline fields', () => {
  const inline = (fields: string[], elementIds?: Record<string, string>) => ({
    fields,
    form: 'inline' as const,
    ...(elementIds ? { elementIds } : {}),
  })
  const seal = (document: unknown, policy: ReturnType<typeof inline>) => sealer.sealFields(document, policy, { context })

  it('are the outermost of those selected', async () => {
    const policy = inline(['/a', '/a/b'])
    const sealed = await seal({ a: { b: 1 } }, policy)
    expect(sealed.a).toMatch(/^wax1\./)
    expect(await sealer.openFields(sealed, policy, { context })).toEqual({ a: { b: 1 } })
  })

  it('are at most 4,096', async () => {
    const document = (count: number) => ({ a: Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}`, 1])) })
    expect(await outcome(() => seal(document(4097), inline(['/a/*'])))).toBe('too_large')
    expect(await outcome(() => seal(document(4096), inline(['/a/*'])))).toBe('ok')
  })

  it('lie below the arrays whose elements have ids, and no others', async () => {
    const policy = inline(['/x/*/v', '/y/*/v'], { '/x': 'id' })
    expect(await outcome(() => seal({ x: [{ id: 'a', v: 1 }] }, policy))).toBe('ok')
    expect(await outcome(() => seal({ y: [{ id: 'a', v: 1 }] }, policy))).toBe('config')
    expect(await outcome(() => seal({ x: [{ id: 'a', v: { id: 1 } }] }, inline(['/x/*/v/id'], { '/x': 'id' })))).toBe('ok')
  })

  it('lie below elements whose ids are their own members', async () => {
    const policy = inline(['/x/*/v'], { '/x': 'id' })
    for (const element of [null, 'text', [], Object.create({ id: 'inherited' })])
      expect(await outcome(() => seal({ x: [{ id: 'a', v: 1 }, element] }, policy))).not.toBe('ok')
    expect(await outcome(() => seal({ x: [{ id: 'a', v: 1 }, null] }, policy))).toBe('document_changed')
    const inherited = inline(['/x/*/v'], { '/x': 'constructor' })
    expect(await outcome(() => seal({ x: [{ v: 1 }] }, inherited))).toBe('document_changed')
  })

  it('are sealed in documents that are JSON', async () => {
    expect(await outcome(() => seal({ a: 1, b: undefined, c: 1n }, inline(['/a'])))).toBe('not_serialisable')
  })

  it('are put back below nothing but objects', async () => {
    const edit = editDocument({ a: null, b: 'text' })
    for (const tokens of [
      ['a', 'x'],
      ['b', '0'],
      ['c', 'x'],
    ])
      expect(await outcome(() => edit.replace(tokens, 1))).toBe('document_changed')
  })
})
