import fc from 'fast-check'
import { createDetector } from '../../src/detector.ts'
import { everything } from '../../src/everything.ts'

export const detector = createDetector({ sets: everything })

/** Values that are found wherever they stand, put together here so that nothing looks like one in this file. */
export const PLANTED = {
  email: ['jane.doe', 'example.com'].join('@'),
  card: ['4111', '1111', '1111', '1111'].join(' '),
  iban: ['DE89', '3704', '0044', '0532', '0130', '00'].join(' '),
  token: ['ghp', ['16C7e42F292c6912E', '7710c838347Ae178B4a'].join('')].join('_'),
  key: ['AKIA', 'IOSFODNN7', 'QRSTUVW'].join(''),
} as const

export const planted: readonly string[] = Object.values(PLANTED)

/** Which of the planted values a text shows. */
export const shownIn = (text: string): string[] => planted.filter((value) => text.includes(value))

const words = fc.constantFrom(
  ...'call,phone,order,ssn,password:,email,[EMAIL],[PHONE],user,card,4155550132,123-45-6789,12345678,078051120,at,the,=,",•••,10.0.0.1,::1,x-y,%40,é,日本'.split(
    ',',
  ),
)
/** Texts in which findings stand close together, after words that speak for them. */
export const texts = fc
  .array(
    fc.tuple(
      fc.oneof(words, fc.constantFrom(...planted), fc.string({ maxLength: 6 })),
      fc.constantFrom(' ', ' ', ', ', '\n', '', '-', '/'),
    ),
    {
      maxLength: 24,
    },
  )
  .map((parts) => parts.flat().join(''))

export const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value))
    Object.values(Object.freeze(value)).forEach(freeze)
  return value
}
