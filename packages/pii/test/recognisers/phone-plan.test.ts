import { describe, expect, it } from 'vitest'
import { callingCode } from '../../src/recognisers/phone-plan.ts'

/** Every calling code that the ITU has given to a country or a service that can be called (list of E.164 codes, 2016, and since). */
const CODES =
  '1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98 ' +
  '211 212 213 216 218 220 221 222 223 224 225 226 227 228 229 230 231 232 233 234 235 236 237 238 239 240 241 242 243 244 245 246 247 248 249 ' +
  '250 251 252 253 254 255 256 257 258 260 261 262 263 264 265 266 267 268 269 290 291 297 298 299 350 351 352 353 354 355 356 357 358 359 370 371 372 373 374 375 376 377 378 380 381 382 383 385 386 387 389 ' +
  '420 421 423 500 501 502 503 504 505 506 507 508 509 590 591 592 593 594 595 596 597 598 599 670 672 673 674 675 676 677 678 679 680 681 682 683 685 686 687 688 689 690 691 692 ' +
  '850 852 853 855 856 880 886 960 961 962 963 964 965 966 967 968 970 971 972 973 974 975 976 977 979 992 993 994 995 996 998'
const codes = CODES.split(' ')

describe('calling codes', () => {
  it.each(codes)('+%s', (code) => {
    const found = callingCode(`${code}${'2'.repeat(12)}`)
    expect(found?.code).toBe(code)
    const lengths = Array.from({ length: 16 }, (_, length) => length).filter(
      (length) => callingCode(code + '2'.repeat(length))?.fits,
    )
    expect(lengths.length).toBeGreaterThan(0)
    // E.164: no number has more than fifteen digits.
    expect(code.length + Math.max(...lengths)).toBeLessThanOrEqual(15)
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(4)
  })

  it('that nobody has', () => {
    for (const code of [
      '0',
      '210',
      '214',
      '215',
      '217',
      '219',
      '259',
      '28',
      '292',
      '379999',
      '384',
      '422',
      '510',
      '699',
      '801',
      '83',
      '851',
      '857',
      '89',
      '978',
      '990',
      '997',
      '999',
    ])
      if (!['51', '7'].some((known) => code.startsWith(known)))
        expect(callingCode(`${code}2222222222`)?.code ?? '', code).not.toBe(code)
    expect(callingCode('')).toBeUndefined()
    expect(callingCode('0123456789')).toBeUndefined()
  })

  it('are read from the left: none begins another', () => {
    for (const code of codes)
      for (const other of codes) if (code !== other) expect(other.startsWith(code), `${code} ${other}`).toBe(false)
  })

  it('have the lengths of their plans', () => {
    const fits = (code: string, length: number) => callingCode(code + '2'.repeat(length))?.fits
    for (const [code, shortest, longest] of [
      ['1', 10, 10],
      ['33', 9, 9],
      ['44', 7, 10],
      ['34', 9, 9],
      ['45', 8, 8],
      ['7', 10, 10],
      ['91', 10, 10],
      ['852', 8, 8],
    ] as const) {
      expect(fits(code, shortest)).toBe(true)
      expect(fits(code, longest)).toBe(true)
      expect(fits(code, shortest - 1)).toBe(false)
      expect(fits(code, longest + 1)).toBe(false)
    }
  })
})
