import type { Layout } from './layout.js'

const TEXT = /^wax[1-9][0-9]*\./
const KID = /^wax1\.[a-z0-9]+\.([A-Za-z0-9_-]+)~/

/** Claims to be an envelope of Waxseal, of whichever version (spec section 8). */
export const isWax = (value: unknown): value is string | Uint8Array =>
  typeof value === 'string' ? TEXT.test(value) : value instanceof Uint8Array && value[0] === 0xc1

export const waxLayout: Layout = {
  name: 'wax1',
  commits: true,
  detects: isWax,
  keyIdOf: (value) => (typeof value === 'string' ? KID.exec(value)?.[1] : undefined),
}
