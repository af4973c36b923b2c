import { createDetector, mask, redactDocument, redactText } from '../../../packages/pii/dist/index.js'
import { expect, expectCleanPrototype, type Target } from '../target.ts'

const detector = createDetector()
const LETTER =
  'Ada Lovelace <ada@example.com>, card 4111 1111 1111 1111, IBAN DE89 3704 0044 0532 0130 00, 10.0.0.7, 078-05-1120, +44 20 7946 0958, password=hunter2-hunter2'
const DOCUMENT = {
  customer: { name: 'Ada', email: 'ada@example.com', ssn: '078-05-1120', born: '1815-12-10' },
  payments: [{ card: '4111111111111111', cvv: 123 }, { iban: 'DE89370400440532013000' }],
  note: LETTER,
}

export const targets: readonly Target[] = [
  {
    name: 'personal data in text',
    samples: [LETTER, `${LETTER}\n`.repeat(20), 'https://ada:secret@example.com/?token=abc#x', ''],
    run: (input: string) => {
      let end = 0
      for (const found of detector.detectText(input)) {
        expect(found.start >= end && found.end > found.start && found.end <= input.length, 'findings lie in order and within')
        end = found.end
        mask(input.slice(found.start, found.end), found.type)
      }
      const once = redactText(input, { detector })
      expect(redactText(once, { detector }) === once, 'what was redacted stays as it is')
    },
  },
  {
    name: 'personal data in documents',
    samples: [DOCUMENT, [DOCUMENT], { '/': { '~': LETTER } }],
    run: (input: unknown) => {
      const before = JSON.stringify(input)
      detector.detectDocument(input)
      redactDocument(input, { detector })
      expect(JSON.stringify(input) === before, 'the caller’s document is as it was')
      expectCleanPrototype()
    },
  },
]
