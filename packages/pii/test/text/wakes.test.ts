import { describe, expect, it } from 'vitest'
import { createDetector } from '../../src/detector.ts'
import { everything } from '../../src/everything.ts'
import type { Recogniser } from '../../src/recogniser.ts'

/** Reports the places where it is woken. */
const woken = (wakes: Partial<Recogniser>, text: string, sets = everything) => {
  const places: number[] = []
  const recogniser: Recogniser = {
    type: 'X',
    ...wakes,
    match(_text, start) {
      places.push(start)
      return undefined
    },
  }
  createDetector({ sets, recognisers: [recogniser] }).detectText(text)
  return places
}

describe('what wakes a recogniser', () => {
  it('are characters of any script', () => {
    expect(woken({ characters: '東é#' }, 'x 東 é # 1 東')).toEqual([2, 4, 6, 10])
    expect(woken({ characters: '東' }, 'no such')).toEqual([])
    expect(woken({ characters: '𠮷' }, 'a 𠮷 b')).toEqual([2])
  })

  it('are letters alone only where it asks for them', () => {
    expect(woken({ words: 'l5' }, 'some other words')).toEqual([])
    expect(woken({ words: 'l5', lettersOnly: true }, 'some other words')).toEqual([5, 11])
    expect(woken({ words: 'l5', lettersOnly: true }, 'some other words 1')).toEqual([5, 11])
    expect(woken({ words: 'l5', lettersOnly: true }, 'other')).toEqual([0])
  })
})
