const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')

/** The string form of an envelope in its binary form (docs/spec/envelope.md, sections 2 and 3). */
export function envelopeText(bytes: Uint8Array): string {
  let at = 5 + bytes[4]!
  const leb = () => {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++]!
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
  }
  const part = () => {
    const length = leb()
    at += length
    return `${base64url(bytes.subarray(at - length, at))}.`
  }
  const [suite, mode] = [bytes[2] === 1 ? 'c256' : 'c20', bytes[3]!]
  const kid = Buffer.from(bytes.subarray(5, at)).toString()
  const place = `${kid}~${leb()}.${mode & 1 ? part() : ''}${mode & 2 ? part() : ''}`
  return `wax1.${suite}${mode & 1 ? 'w' : ''}${mode & 2 ? 'x' : ''}.${place}${base64url(bytes.subarray(at))}`
}

/** The other way round; of what is no envelope its text, so that a damaged one reaches whoever is to refuse it. */
export function envelopeBytes(text: string): Uint8Array {
  const [, name, place, ...parts] = text.split('.')
  const [kid, version] = place?.split('~') ?? []
  if (!name || !kid || version === undefined) return Buffer.from(text)
  const mode = (name.includes('w') ? 1 : 0) + (name.includes('x') ? 2 : 0)
  const leb = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)])
  const bytes = parts.map((part) => Buffer.from(part, 'base64url'))
  const framed = bytes.map((part, i) => (i < bytes.length - 1 ? Buffer.concat([Buffer.from(leb(part.length)), part]) : part))
  const head = [0xc1, 1, name.startsWith('c256') ? 1 : 2, mode, kid.length, ...Buffer.from(kid), ...leb(Number(version))]
  return Buffer.concat([Buffer.from(head), ...framed])
}
