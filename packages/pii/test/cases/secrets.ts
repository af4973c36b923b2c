const digits = '0123456789'
const lower = 'abcdefghijklmnopqrstuvwxyz'
const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const hex = '0123456789abcdef'
const base62 = digits + upper + lower
const base64 = `${upper}${lower}${digits}+/`
const base64url = `${upper}${lower}${digits}-_`
const base32 = `${upper}234567`

interface Source {
  /** A whole number from 0 up to, not including, `below`. */
  readonly below: (below: number) => number
  readonly text: (alphabet: string, length: number) => string
  readonly bytes: (length: number) => Uint8Array
}

/** FNV-1a, 32 bits. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** Mulberry32: small, seeded and good enough for test values. Never a source of real secrets. */
function sourceOf(seed: number): Source {
  let state = seed >>> 0
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 0x100000000) * limit)
  }
  return {
    below,
    text: (alphabet, length) => Array.from({ length }, () => alphabet.charAt(below(alphabet.length))).join(''),
    bytes: (length) => Uint8Array.from({ length }, () => below(256)),
  }
}

function crc32(text: string): number {
  let crc = 0xffffffff
  for (let i = 0; i < text.length; i++) {
    crc ^= text.charCodeAt(i)
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}

function inBase62(value: number): string {
  let text = ''
  for (let rest = value; rest > 0; rest = Math.floor(rest / 62)) text = base62.charAt(rest % 62) + text
  return text.padStart(6, '0')
}

/** A prefix, 30 characters and the six-character checksum over them. */
function checksummed(prefix: string, source: Source): string {
  const body = source.text(base62, 30)
  return `${prefix}_${body}${inBase62(crc32(body))}`
}

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

function jwt(source: Source): string {
  const issued = 1_700_000_000 + source.below(60_000_000)
  const claims = { iss: 'https://id.example', sub: source.text(digits, 7), iat: issued, exp: issued + 3600 }
  return `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(claims)}.${Buffer.from(source.bytes(32)).toString('base64url')}`
}

function framed(label: string, body: string): string {
  const lines = body.match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

function pem(source: Source): string {
  if (source.below(2) === 0) {
    const header = Buffer.from('302e020100300506032b657004220420', 'hex')
    return framed('PRIVATE KEY', Buffer.concat([header, source.bytes(32)]).toString('base64'))
  }
  const header = Buffer.from('308204a30201000282010100', 'hex')
  return framed('RSA PRIVATE KEY', Buffer.concat([header, source.bytes(1179)]).toString('base64'))
}

function pypi(source: Source): string {
  const header = Buffer.from('020108707970692e6f7267', 'hex')
  return `pypi-${Buffer.concat([header, source.bytes(121)]).toString('base64url')}`
}

const kinds: Readonly<Record<string, (source: Source) => string>> = {
  github: (source) => checksummed('ghp', source),
  npm: (source) => checksummed('npm', source),
  aws_key: (source) => `AKIA${source.text(base32, 16)}`,
  aws_secret: (source) => source.text(base64, 40),
  stripe_live: (source) => `sk_live_${source.text(base62, 24)}`,
  jwt,
  hex32: (source) => source.text(hex, 32),
  base64_40: (source) => Buffer.from(source.bytes(30)).toString('base64'),
  base32: (source) => source.text(base32, 32),
  slack_bot: (source) =>
    `xoxb-${1 + source.below(9)}${source.text(digits, 11)}-${source.text(digits, 13)}-${source.text(base62, 24)}`,
  gitlab: (source) => `glpat-${source.text(base64url, 20)}`,
  pypi,
  sendgrid: (source) => `SG.${source.text(base64url, 22)}.${source.text(base64url, 43)}`,
  twilio: (source) => `SK${source.text(hex, 32)}`,
  twilio_sid: (source) => `AC${source.text(hex, 32)}`,
  openai: (source) => `sk-proj-${source.text(base64url, 74)}T3BlbkFJ${source.text(base64url, 74)}`,
  anthropic: (source) => `sk-ant-api03-${source.text(base64url, 93)}AA`,
  gcp: (source) => `AIza${source.text(base64url, 35)}`,
  azure_client: (source) => `${source.text(base62, 3)}${source.text(digits, 1)}Q~${source.text(`${base62}_.~-`, 34)}`,
  bcrypt: (source) => `$2b$12$${source.text(`./${base62}`, 53)}`,
  pem,
  postgres_url: (source) =>
    `postgres://app_${source.text(lower, 4)}:${source.text(base62, 20)}@db-${source.below(90) + 10}.example.net:5432/orders`,
}

/** A freshly made value of the shape of `kind`. It opens nothing: it is drawn from the seed alone. */
export function secretOf(kind: string, seed: number): string {
  const make = kinds[kind]
  if (make === undefined) throw new Error(`Unknown kind of secret: ${kind}`)
  return make(sourceOf(seed))
}
