import { fail } from '../errors.js'

/** How the length of a frame is hidden: not at all, up to a multiple of `block` bytes, or by Padmé (at most 12 % more). */
export type Padding = 'none' | 'padme' | { readonly block: number }

/** Length of a frame of `length` bytes once padded; at least one byte more, unless padding is `none`. */
export function paddedLength(length: number, padding: Padding): number {
  if (padding === 'none') return length
  if (padding === 'padme') return padme(length + 1)
  const block = padding?.block
  if (!Number.isInteger(block) || block < 1 || block > 65536) fail('config', "pad is 'none', 'padme' or { block: 1 to 65536 }")
  return Math.ceil((length + 1) / block) * block
}

/** Padmé (Nikitin et al., PETS 2019, section 4): a length whose low bits are zero leaks O(log log n) bits of it. */
function padme(length: number): number {
  if (length < 2) return length
  const exponent = Math.floor(Math.log2(length))
  const step = 2 ** (exponent - Math.floor(Math.log2(exponent)) - 1)
  return step < 1 ? length : Math.ceil(length / step) * step
}
