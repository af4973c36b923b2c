/** A set of characters: those of ASCII, and at 128 all others. */
type Characters = readonly boolean[]

/** What a part of an expression may begin and end with. */
interface Part {
  readonly nullable: boolean
  readonly first: readonly Position[]
  readonly last: readonly Position[]
  /** More than one way through it may match the same. */
  readonly ambiguous: boolean
  /** Letters in a row, of which each must match once. */
  readonly rigid: boolean
}

interface Position {
  readonly characters: Characters
  readonly next: Position[]
}

const EMPTY: Part = { nullable: true, first: [], last: [], ambiguous: false, rigid: true }
/** Ambiguous iterations at most: every one may double what an engine tries. */
const MOST = 8
/** Unbounded repetitions of the same characters in a row: every one multiplies it by what is left of the view. */
const MOST_IN_ROW = 3
const OTHERS = ['é', 'я', '中']

const overlap = (a: Characters, b: Characters): boolean => a.some((has, at) => has && b[at])
const clashes = (positions: readonly Position[]): boolean =>
  positions.some((one, at) => positions.slice(at + 1).some((other) => one === other || overlap(one.characters, other.characters)))

function charactersOf(token: string, flags: string): Characters {
  try {
    const expression = new RegExp(`^(?:${token})$`, flags)
    const others = /[^\0-\x7f]|\\[pPWSDu]|^\.$|^\[\^/.test(token) || OTHERS.some((other) => expression.test(other))
    const characters = [...Array.from({ length: 128 }, (_, code) => expression.test(String.fromCharCode(code))), others]
    if (characters.includes(true)) return characters
  } catch {}
  // Not read as one character: it may be any.
  return Array<boolean>(129).fill(true)
}

/** The positions behind the first part may be followed by those that begin the second; whether that leaves a choice. */
function follow(last: readonly Position[], first: readonly Position[]): boolean {
  let ambiguous = false
  for (const position of last) {
    position.next.push(...first)
    ambiguous ||= clashes(position.next)
  }
  return ambiguous
}

function sequence(a: Part, b: Part): Part {
  const ambiguous = follow(a.last, b.first)
  const first = a.nullable ? [...a.first, ...b.first] : a.first
  return {
    nullable: a.nullable && b.nullable,
    first,
    last: b.nullable ? [...a.last, ...b.last] : b.last,
    ambiguous: a.ambiguous || b.ambiguous || ambiguous || clashes(first),
    rigid: a.rigid && b.rigid,
  }
}

function either(a: Part, b: Part): Part {
  const first = [...a.first, ...b.first]
  const ambiguous = a.ambiguous || b.ambiguous || clashes(first) || (a.nullable && b.nullable)
  return { nullable: a.nullable || b.nullable, first, last: [...a.last, ...b.last], ambiguous, rigid: false }
}

/** Whether an expression, by its tokens, may make an engine try more ways than a bounded view makes bearable. */
export function isWasteful(tokens: readonly string[], flags: string): boolean {
  let at = 0
  let wasteful = false

  function quantifier(): readonly [least: number, most: number] | undefined {
    const token = tokens[at] ?? ''
    const bounds = /^\{(\d{1,9})(?:(,)(\d{0,9}))?\}$/.exec(token)
    if (!bounds && !/^[*+?]$/.test(token)) return undefined
    at++
    if (tokens[at] === '?') at++
    if (!bounds) return [token === '+' ? 1 : 0, token === '?' ? 1 : Number.POSITIVE_INFINITY]
    const least = Number(bounds[1])
    return [least, bounds[2] === undefined ? least : bounds[3] ? Number(bounds[3]) : Number.POSITIVE_INFINITY]
  }

  function repeated(part: Part, [least, most]: readonly [number, number]): Part {
    if (most === 0) return EMPTY
    const nullable = part.nullable || least === 0
    if (most === 1) return { ...part, nullable, rigid: part.rigid && least === 1 }
    if (part.rigid && least === most) return part
    const ambiguous = follow(part.last, part.first) || part.ambiguous || part.nullable
    if (ambiguous && most > MOST) wasteful = true
    return { ...part, nullable, ambiguous, rigid: false }
  }

  function alternatives(): Part {
    let all: Part | undefined
    let one = EMPTY
    /** Repetitions without bound in a row that share characters. */
    let row: Characters[] = []
    for (; at < tokens.length && tokens[at] !== ')'; ) {
      const token = tokens[at++] as string
      if (token === '|') {
        all = all ? either(all, one) : one
        one = EMPTY
        row = []
        continue
      }
      let part = EMPTY
      let characters: Characters | undefined
      if (token.startsWith('(')) {
        const inner = alternatives()
        at++
        if (!/^\(\?<?[=!]/.test(token)) part = inner
        row = []
      } else if (!/^\\[bB]$/.test(token)) {
        characters = charactersOf(token, flags)
        const position: Position = { characters, next: [] }
        part = { nullable: false, first: [position], last: [position], ambiguous: false, rigid: true }
      }
      const bounds = quantifier()
      if (characters) {
        const shared = characters
        if (bounds && bounds[1] > 32) row = [...row.filter((other) => overlap(other, shared)), shared]
        else if ((!bounds || bounds[0] > 0) && !row.some((other) => overlap(other, shared))) row = []
        if (row.length > MOST_IN_ROW) wasteful = true
      }
      one = sequence(one, bounds ? repeated(part, bounds) : part)
    }
    return all ? either(all, one) : one
  }

  alternatives()
  return wasteful
}
