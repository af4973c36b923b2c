import type { Random } from './random.ts'

const BYTES = [0, 1, 2, 3, 4, 7, 8, 16, 31, 32, 63, 64, 65, 127, 128, 129, 0xc1, 0xed, 0xf4, 0xfe, 255]
const TOKENS = [
  ...[
    '.',
    '~',
    '/',
    '-',
    '_',
    '=',
    '+',
    ' ',
    '\n',
    '\0',
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '~0',
    '~1',
    '~2',
    '*',
    '**',
    'e9',
    '-0',
  ],
  ...['wax1.', 'wax2.', 'c256', 'c20', 'w', 'x', 'wx', 'k1~1', '0', '00', '1', '4294967295', '4294967296', '1e999', '-'],
  ...['__proto__', 'constructor', 'prototype', 'toJSON', 'length', '$wax', '$doc', '$id', '$scope', '[s:a]', '[n:1]'],
  ...['\ud800', '\udfff', '\u{1F600}', '\uFEFF', 'é', '\\ud800', 'null', 'true', '{"a":', '[[[[[[[[', 'A'.repeat(200)],
]

type List = ArrayLike<unknown> & { slice(from: number, to?: number): List }

/** One change of a range: taken out, repeated, moved to the end, or put into another sample. */
function reorder<T extends List>(value: T, other: T, random: Random, join: (...parts: T[]) => T): T {
  const [a, b] = [random.below(value.length + 1), random.below(value.length + 1)].sort((x, y) => x - y) as [number, number]
  const [head, middle, tail] = [value.slice(0, a), value.slice(a, b), value.slice(b)] as T[]
  switch (random.below(5)) {
    case 0:
      return join(head!, tail!)
    case 1:
      return join(head!, middle!, middle!, tail!)
    case 2:
      return join(head!, tail!, middle!)
    case 3:
      return random.below(2) ? head! : tail!
    default:
      return join(head!, other.slice(random.below(other.length + 1)) as T)
  }
}

function changeBytes(value: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const at = random.below(value.length + 1)
  const join = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts))
  const insert = (...bytes: number[]) => join(value.subarray(0, at), Uint8Array.from(bytes), value.subarray(at))
  switch (random.below(6)) {
    case 0:
    case 1: {
      const changed = value.slice()
      if (at < changed.length) changed[at] = changed[at]! ^ (1 << random.below(8))
      return changed
    }
    case 2: {
      const changed = value.slice()
      if (at < changed.length) changed[at] = random.pick(BYTES)
      return changed
    }
    case 3:
      return insert(...Array.from({ length: 1 + random.below(8) }, () => random.below(256)))
    case 4:
      return insert(random.pick(BYTES))
    default:
      return reorder(value, other, random, join)
  }
}

function changeText(value: string, other: string, random: Random): string {
  const at = random.below(value.length + 1)
  const piece = random.below(3) ? random.pick(TOKENS) : String.fromCharCode(random.below(random.below(8) ? 128 : 65536))
  switch (random.below(4)) {
    case 0:
      return value.slice(0, at) + piece + value.slice(at)
    case 1:
    case 2:
      return value.slice(0, at) + piece + value.slice(at + piece.length)
    default:
      return reorder(value, other, random, (...parts: string[]) => parts.join(''))
  }
}

const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -0,
  1.5,
  1e308,
  '',
  '[sealed]',
  'wax1.',
  [],
  {},
  [[]],
  { $wax: 1 },
  undefined,
  Number.NaN,
]

/** One member of a structure changed, taken out, renamed or replaced; the structure is copied on the way. */
function changeStructure(value: unknown, other: unknown, random: Random): unknown {
  if (typeof value === 'string' && random.below(4)) return changeText(value, typeof other === 'string' ? other : value, random)
  if (typeof value !== 'object' || value === null || random.below(8) === 0) return random.below(3) ? random.pick(VALUES) : other
  if (Array.isArray(value)) {
    const copy = [...value]
    const at = random.below(copy.length + 1)
    if (random.below(4) === 0) copy.splice(at, random.below(2), random.pick(VALUES))
    else if (at < copy.length) copy[at] = changeStructure(copy[at], other, random)
    return copy
  }
  const entries = Object.entries(value)
  const at = random.below(entries.length + 1)
  const entry = entries[at]
  if (!entry) entries.push([random.pick(TOKENS), random.pick(VALUES)])
  else if (random.below(6) === 0) entries.splice(at, 1)
  else
    entries[at] = random.below(6) === 0 ? [random.pick(TOKENS), entry[1]] : [entry[0], changeStructure(entry[1], other, random)]
  return Object.fromEntries(entries)
}

/** One to four changes of a sample: bytes, text or structure, by what it is. */
export function mutate(sample: unknown, other: unknown, random: Random): unknown {
  let value = sample
  for (let changes = 1 + random.below(4); changes > 0; changes--) {
    if (value instanceof Uint8Array) value = changeBytes(value, other instanceof Uint8Array ? other : value, random)
    else if (typeof value === 'string') value = changeText(value, typeof other === 'string' ? other : value, random)
    else value = changeStructure(value, other, random)
  }
  return value
}
