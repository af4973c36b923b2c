import { pathToFileURL } from 'node:url'
import { shared } from '@waxseal/test/shared'

/** What is measured: every document is given as the text of its JSON. */
export interface Corpus {
  /** Where it comes from, as a sentence of the report. */
  readonly source: string
  /** About 1 KiB each, with an address, a card, a phone number and more. */
  readonly documents: readonly string[]
  /** About 1 KiB each, with nothing to find. */
  readonly clean: readonly string[]
  /** 1 MiB. */
  readonly prose: string
  /** Texts of `length` characters that make naive patterns slow, by name. */
  adversarial(length: number): Readonly<Record<string, string>>
}

interface SharedCorpus {
  jsonPayloads(count: number): string[]
  cleanPayloads(count: number): string[]
  proseMiB(): string
  adversarial(length: number): Record<string, string>
}

const COUNT = 50
const KIB = 1024

/** The corpus of the shared test data where that is there, else a smaller one of this file. */
export async function corpus(): Promise<Corpus> {
  const path = shared('tools/pii/lib/corpus.mjs')
  if (!path) return ownCorpus()
  const { jsonPayloads, cleanPayloads, proseMiB, adversarial }: SharedCorpus = await import(pathToFileURL(path).href)
  return {
    source: 'The corpus of the shared test data: values and sentences of public test suites.',
    documents: jsonPayloads(COUNT),
    clean: cleanPayloads(COUNT),
    prose: proseMiB(),
    adversarial,
  }
}

const SENTENCES = [
  'The parcel left the warehouse on Friday and the customer was told so by mail.',
  'Please call back on +1 415-555-0132 after 2 p.m., or write to maria.keller@kestrel.io.',
  'Order 4471-22 was refunded to the card 4111 1111 1111 1111, as agreed on the phone.',
  'Version 2.14.3 was rolled out to 10.20.30.40 at 18:05:11, build 20240611.',
  'Nothing else was reported, and the account was closed at the end of the month.',
]
const ATTACKS: readonly (readonly [name: string, unit: string, end?: string])[] = [
  ['letters', 'a'],
  ['digits', '1'],
  ['spaces', ' '],
  ['colons', ':'],
  ['line breaks', '\n'],
  ['dotted letters', 'a.', '@'],
  ['dotted digits', '1.'],
  ['dashed digits', '0-'],
  ['spaced digits', '1 '],
  ['at signs', 'a@'],
  ['hexadecimal', '0x'],
  ['schemes', 'http://'],
  ['armour', '-----BEGIN '],
  ['assignments', 'key='],
  ['passwords', 'password '],
  ['not ASCII', 'é'],
]

function ownCorpus(): Corpus {
  const common = (index: number) => ({
    jobId: `7c9e6679-7425-40de-944b-e07fc1f9${1000 + index}`,
    createdAt: new Date(1.7e12 + index * 86_400_000).toISOString(),
    amount: 10.5 + index,
    items: [{ sku: `SKU-${1000 + index}`, qty: 1 + (index % 9), price: 9.99 }],
    url: 'https://api.kestrel.io/v1/orders',
  })
  const user = (index: number) => ({
    user: { email: `user${index}@kestrel.io`, phone: '+1 415-555-0132', ip: `81.2.69.${index}`, ssn: '219-09-9999' },
    payment: { card: '4111 1111 1111 1111', iban: 'DE89 3704 0044 0532 0130 00' },
  })
  const padded = (value: object, sentences: readonly string[]): string => {
    let message = ''
    for (let index = 0; JSON.stringify({ ...value, message }).length < KIB; index++)
      message += `${sentences[index % sentences.length]} `
    return JSON.stringify({ ...value, message })
  }
  const indices = Array.from({ length: COUNT }, (_, index) => index)
  const prose = SENTENCES.join(' ')
  return {
    source: 'A small corpus of the benchmark itself: the shared test data was not there.',
    documents: indices.map((index) => padded({ ...common(index), ...user(index) }, SENTENCES)),
    clean: indices.map((index) => padded(common(index), [SENTENCES[0]!, SENTENCES[4]!])),
    prose: prose.repeat(Math.ceil((KIB * KIB) / prose.length)).slice(0, KIB * KIB),
    adversarial: (length) =>
      Object.fromEntries(ATTACKS.map(([name, unit, end = '']) => [name, unit.repeat(length / unit.length) + end])),
  }
}
