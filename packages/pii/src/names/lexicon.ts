import type { Terms } from '../recogniser.js'
import { UNSPACED, wordsOf } from '../text/words.js'

/** A phrase of the lexicon found among words. */
export interface Mention {
  readonly type: string
  /** The phrase names a field; otherwise it only speaks for a value nearby. */
  readonly naming: boolean
  /** Position and number of the words. */
  readonly at: number
  readonly length: number
}

/** The terms of all sets in use, compiled once. */
export interface Lexicon {
  /** Every phrase found in the words, in order of their position. */
  mentions(words: readonly string[]): readonly Mention[]
  /** The same where words are made only on demand; `hashes` are those of the words. */
  mentionsOf(hashes: readonly number[], word: (at: number) => string): readonly Mention[]
  /** The type of a field of these words and no others, also where they are glued together or cut apart: `fechanacimiento`, `geburts_datum`. */
  whole(words: readonly string[]): string | undefined
  /** By hash of a word: how many words the longest phrase has that may begin with it. */
  readonly begins: Readonly<Uint8Array>
}

/** Type of the words that name something which only looks like personal data. */
export const HOSTILE = ''
const HOSTILE_TERMS: Terms = {
  type: HOSTILE,
  near:
    'order,invoice,tracking,shipment,parcel,sku,version,ver,versie,versao,versione,firmware,fw,software,release,ota,timestamp,time,uuid,guid,hash,sha,md 5,commit,build,port,lat,lon,lng,latitude,longitude,' +
    'isbn,issn,ean,upc,gtin,epoch,revision,checksum,etag,digest,oid,batch,ticket,product,item,article,latency,latencies,' +
    'bestellung,rechnung,bestellnummer,commande,facture,pedido,factura,ordine,fattura',
}

interface Entry {
  readonly type: string
  readonly naming: boolean
}

const NONE: readonly Mention[] = []
const singular = (phrase: string): string | undefined =>
  phrase.length > 3 && phrase.endsWith('s') && !phrase.endsWith('ss') ? phrase.slice(0, -1) : undefined

/** Left out within phrases: `numero de la tarjeta` is `numero tarjeta`. */
const LINKS = new Set('de,del,della,di,do,da,du,des,d,la,l,le,na,на'.split(','))
/** What a number is called at the end of a word: `kartennummer`. */
const NUMBER = /(?:nummer|numer|numero|numarasi|nr|no|szam|haoma|hao|bango|номер|号|號|番号|號碼|号码|번호)$/
/** Long names are compared without what differs between languages, and between ways to write one: `fuehrerschein`, `adresse`, `adres`. */
const glued = (text: string): string => (text.length < 6 ? text : text.replace(/([aou])e/g, '$1').replace(/(?!^)(.)\1/g, '$1'))

/** Of a word in lower case: one step for each character. */
export const hashStep = (hash: number, code: number): number => (hash * 31 + code) & 0xffff

/** Scripts without spaces lie beyond. */
const LAST_SPACED = 0xdff

/** Of a word in lower case; 0 marks the scripts without spaces, whose terms are parts of words. */
export function hashOf(word: string): number {
  if (word.charCodeAt(0) > LAST_SPACED && UNSPACED.test(word)) return 0
  let hash = 0
  for (let at = 0; at < word.length; at++) hash = hashStep(hash, word.charCodeAt(at))
  return hash
}

/** Of a phrase, from the hashes of its words. */
const phraseStep = (hash: number, word: number): number => (hash * 37 + word + 1) & 0xffff

const LINK_HASHES: ReadonlySet<number> = /* @__PURE__ */ new Set([...LINKS].map(hashOf))
const MOST_WORDS = 8

export function createLexicon(terms: readonly Terms[]): Lexicon {
  const phrases = new Map<string, Entry[]>()
  const parts: (readonly [string, Entry])[] = []
  const wholes = new Map<string, string>()
  const stems = new Map<string, string>()
  const begins = new Uint8Array(65536)
  /** By hash of a phrase: 1 where there may be one. */
  const whole = new Uint8Array(65536)
  const add = (phrase: string, entry: Entry) => {
    const words = wordsOf(phrase)
    const first = words[0]
    if (first === undefined) return
    if (entry.naming) {
      const key = glued(words.join(''))
      if (!wholes.has(key)) wholes.set(key, entry.type)
      if (phrase.endsWith('*')) stems.set(key, entry.type)
      if (phrase.includes('=')) return
    }
    if (words.every((word) => UNSPACED.test(word))) {
      parts.push([words.join(''), entry])
      return
    }
    for (const begun of [first, `${first}s`]) {
      const hash = hashOf(begun)
      begins[hash] = Math.max(begins[hash] as number, words.length)
    }
    const kept = words.filter((word, at) => at === 0 || at === words.length - 1 || !LINKS.has(word))
    const last = kept[kept.length - 1] as string
    const before = kept.slice(0, -1).reduce((hash, word) => phraseStep(hash, hashOf(word)), 0)
    for (const ending of [last, `${last}s`]) whole[phraseStep(before, hashOf(ending))] = 1
    const key = kept.join(' ')
    const entries = phrases.get(key)
    if (!entries) phrases.set(key, [entry])
    else if (!entries.some(({ type, naming }) => type === entry.type && (naming || !entry.naming))) entries.push(entry)
  }
  for (const { type, names, near } of [HOSTILE_TERMS, ...terms]) {
    for (const phrase of names?.split(',') ?? []) add(phrase, { type, naming: true })
    for (const phrase of near?.split(',') ?? []) add(phrase, { type, naming: false })
  }

  // The longest at a place comes first.
  parts.sort(([a], [b]) => b.length - a.length)
  const partsByFirst = new Map<number, (readonly [string, Entry])[]>()
  for (const part of parts) {
    const first = part[0].charCodeAt(0)
    partsByFirst.set(first, [...(partsByFirst.get(first) ?? []), part])
  }

  /** A name that is glued together, with an ending of some letters, or with a number behind it. */
  function compound(text: string, ending: number): string | undefined {
    const key = glued(text)
    const numbered = glued(text.replace(NUMBER, ''))
    let type = wholes.get(key) ?? (numbered.length > 1 ? wholes.get(numbered) : undefined)
    for (let cut = 0; type === undefined && cut <= ending; cut++) type = stems.get(numbered.slice(0, numbered.length - cut))
    return type
  }

  /** Of the phrase that the words from one to another make, links within left out. */
  function entriesOf(from: number, to: number, word: (at: number) => string): readonly Entry[] | undefined {
    let phrase = word(from)
    for (let at = from + 1; at <= to; at++) if (at === to || !LINKS.has(word(at))) phrase += ` ${word(at)}`
    return phrases.get(phrase) ?? phrases.get(singular(phrase) ?? '')
  }

  function mentionsOf(hashes: readonly number[], word: (at: number) => string): readonly Mention[] {
    let found: Mention[] | undefined
    for (let at = 0; at < hashes.length; at++) {
      let left = begins[hashes[at] as number] as number
      let hash = 0
      for (let next = at; left > 0 && next < hashes.length && next < at + MOST_WORDS; next++) {
        const taken = phraseStep(hash, hashes[next] as number)
        const entries = whole[taken] === 1 ? entriesOf(at, next, word) : undefined
        if (entries) {
          found ??= []
          for (const { type, naming } of entries) found.push({ type, naming, at, length: next + 1 - at })
        }
        if (next > at && LINK_HASHES.has(hashes[next] as number)) continue
        hash = taken
        left--
      }
      if (partsByFirst.size === 0 || (hashes[at] as number) !== 0) continue
      const text = word(at)
      for (let from = 0; from < text.length; from++) {
        for (const [part, { type, naming }] of partsByFirst.get(text.charCodeAt(from)) ?? []) {
          if (!text.startsWith(part, from)) continue
          found ??= []
          found.push({ type, naming: naming && from + part.length === text.length, at, length: 1 })
        }
      }
    }
    return found ?? NONE
  }

  return {
    begins,
    mentionsOf,
    whole(words) {
      const text = words.join('')
      // Cut apart, a short one is chance: `s_id`.
      if (words.length > 1) return text.length < 6 ? undefined : compound(text, 0)
      return compound(text, 2)
    },
    mentions(words) {
      return mentionsOf(words.map(hashOf), (at) => words[at] as string)
    },
  }
}
