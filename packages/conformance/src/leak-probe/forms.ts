/** How a value was written where it was found: its characters, then what was made of their bytes. */
export type Form = `${'utf-8' | 'utf-16le' | 'json' | 'percent-encoded'}${'' | ' in base64' | ' in hex'}`

export interface Pattern {
  readonly form: Form
  readonly bytes: Uint8Array
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

function utf16le(text: string): Uint8Array {
  const out = new DataView(new ArrayBuffer(text.length * 2))
  for (let i = 0; i < text.length; i++) out.setUint16(i * 2, text.charCodeAt(i), true)
  return new Uint8Array(out.buffer)
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

const escaped = (text: string, which: RegExp): string =>
  text.replace(which, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

const capitalEscapes = (text: string): string =>
  text.replace(/\\u[0-9a-f]{4}/g, (sequence) => `\\u${sequence.slice(2).toUpperCase()}`)

/** What the writers of JSON make of a text, without the quotation marks. */
function jsonTexts(value: string): string[] {
  const plain = JSON.stringify(value).slice(1, -1)
  const shortened = plain.replaceAll('\\b', '\\u0008').replaceAll('\\f', '\\u000c')
  const written = [plain, shortened].flatMap((text) => {
    const ascii = escaped(text, /[\u007f-\uffff]/g)
    return [text, escaped(text, /[<>&\u2028\u2029]/g), ascii, escaped(ascii, /[<>&]/g)]
  })
  const all = written.flatMap((text) => [text, capitalEscapes(text)]).flatMap((text) => [text, text.replaceAll('/', '\\/')])
  // A document that is itself a string of another document.
  return [...all, ...all.map((text) => JSON.stringify(text).slice(1, -1))]
}

function percentTexts(value: string): string[] {
  const whole = encodeURIComponent(value)
  const strict = whole.replace(/[!'()*]/g, (char) => `%${hex(utf8(char)).toUpperCase()}`)
  const forms = [whole, strict, strict.replaceAll('%20', '+'), encodeURI(value)]
  return forms.flatMap((text) => [text, text.replace(/%[0-9A-F]{2}/g, (sequence) => sequence.toLowerCase())])
}

/** Base64 of the bytes at each of the three places that they may have in a longer text, only characters that depend on them alone. */
function base64Texts(bytes: Uint8Array): string[] {
  const texts = [0, 2, 1].map((skip) => {
    const inner = bytes.subarray(skip, skip + Math.floor((bytes.length - skip) / 3) * 3)
    return btoa(String.fromCharCode(...inner))
  })
  return texts.flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')])
}

/** Everything that a value may look like at rest, each once. */
export function patternsOf(value: string): Pattern[] {
  const texts = unique([
    ['utf-8', utf8(value)],
    ['utf-16le', utf16le(value)],
    ...[...new Set(jsonTexts(value))].map((text): [Form, Uint8Array] => ['json', utf8(text)]),
    ...[...new Set(percentTexts(value))].map((text): [Form, Uint8Array] => ['percent-encoded', utf8(text)]),
  ])
  const encoded = texts.flatMap(({ form, bytes }): [Form, Uint8Array][] => [
    ...base64Texts(bytes).map((text): [Form, Uint8Array] => [`${form} in base64` as Form, utf8(text)]),
    [`${form} in hex` as Form, utf8(hex(bytes))],
    [`${form} in hex` as Form, utf8(hex(bytes).toUpperCase())],
  ])
  return [...texts, ...unique(encoded)]
}

/** Of several forms that are the same bytes the first. */
function unique(forms: readonly [Form, Uint8Array][]): Pattern[] {
  const found = new Map<string, Pattern>()
  for (const [form, bytes] of forms) {
    const key = bytes.join()
    if (!found.has(key)) found.set(key, { form, bytes })
  }
  return [...found.values()]
}
