import { describe, expect, it } from 'vitest'
import { createDetector } from '../../src/detector.ts'
import { secrets } from '../../src/secrets/index.ts'
import { sample, seeded } from './generate.ts'

const { detectText } = createDetector({ sets: [secrets], types: ['SECRET'] })
const found = (text: string) => detectText(text).map(({ rule, start, end }) => [rule, text.slice(start, end)])
const random = seeded(5)
const make = (pattern: string) => sample(pattern, random)
const encode = (value: unknown) => btoa(typeof value === 'string' ? value : JSON.stringify(value)).replace(/=+$/, '')

describe('a JSON Web Token', () => {
  const claims = encode({ sub: 'jane', iat: 1 })
  it('is found by the algorithm in its header', () => {
    const token = `${encode({ typ: 'JWT', alg: 'HS256' })}.${claims}.${make('&{43}')}`
    expect(found(`see ${token}, or not`)).toEqual([['jwt', token]])
    expect(found(`Bearer ${token}`)).toEqual([['jwt', token]])
    expect(found(token.slice(0, token.lastIndexOf('.')))).toEqual([['jwt', token.slice(0, token.lastIndexOf('.'))]])
  })
  it('is not what has another header, or none', () => {
    expect(found(`${encode({ typ: 'JWT' })}.${claims}.${make('&{43}')}`)).toEqual([])
    expect(found('eyJABCDEFGHI.eyJDEF.GHIJKL')).toEqual([])
  })
})

describe('a private key', () => {
  const block = (label: string, body: string) => `-----BEGIN ${label}-----${body}-----END ${label}-----`
  it.each(['PRIVATE KEY', 'RSA PRIVATE KEY', 'OPENSSH PRIVATE KEY', 'ENCRYPTED PRIVATE KEY', 'PGP PRIVATE KEY BLOCK'])(
    '%s',
    (label) => {
      for (const newline of ['\n', '\r\n', '\\n']) {
        const key = block(label, newline + make('@{64}') + newline + make('@{64}') + newline)
        expect(found(`a ${key} b`)).toEqual([['private-key', key]])
      }
    },
  )
  it('is neither public, nor empty, nor open', () => {
    expect(found(block('PUBLIC KEY', `\n${make('@{64}')}\n`))).toEqual([])
    expect(found(block('PRIVATE KEY', '\n...\n'))).toEqual([])
    expect(found(`-----BEGIN PRIVATE KEY-----\n${make('@{64}')}`)).toEqual([])
  })
})

describe('credentials in a URL', () => {
  const password = make('[A-Za-z]{4}\\d{4}')
  const url = (scheme: string, user: string, secret: string, rest = 'example.com/path') => `${scheme}://${user}:${secret}@${rest}`
  it('are the password', () => {
    expect(found(`get ${url('https', 'jane', password)} now`)).toEqual([['url-credentials', password]])
    expect(found(`get ${url('ftp', '', password)} now`)).toEqual([['url-credentials', password]])
  })
  it('are all of the connection string of a database', () => {
    for (const scheme of ['postgres', 'postgresql', 'mysql', 'mongodb+srv', 'redis', 'amqps']) {
      const connection = url(scheme, 'app', password, 'db.example.com:5432/app?ssl=true')
      expect(found(`"${connection}"`)).toEqual([['url-credentials', connection]])
    }
  })
  it('are the user as well where nobody chose that name', () => {
    const user = make('#{8}')
    expect(found(url('https', user, password))).toEqual([['url-credentials', `${user}:${password}`]])
  })
  it.each([
    'https://example.com:8000/@jane',
    'https://host:80/test@',
    url('https', 'user', '$' + '{PASSWORD}'),
    url('https', 'user', '{{password}}'),
    url('https', 'user', 'password'),
    url('https', 'user', 'xxxxxxxx'),
    url('postgres', 'postgres', 'postgres', 'localhost/app'),
    'postgres://$(USER):$(PASSWORD)@$(HOST)/app',
    'mailto:jane@example.com',
  ])('are not in %s', (text) => {
    expect(found(text)).toEqual([])
  })
})

describe('credentials of HTTP', () => {
  it('are found after their scheme', () => {
    const basic = encode(`jane:${make('@{12}')}`)
    const token = make('@{40}')
    expect(found(`log: Basic ${basic} sent`)).toEqual([['basic-credentials', basic]])
    expect(found(`log: Bearer ${token} sent`)).toEqual([['bearer-token', token]])
    expect(found('Basic knowledge of the bearer token is required')).toEqual([])
  })
  it('are found in a command', () => {
    const pair = `jane:${make('[a-z]{4}\\d{4}[A-Z]{4}')}`
    expect(found(`curl -X POST -u ${pair} https://example.com`)).toEqual([['curl-user', pair]])
    expect(found(`curl --user "${pair}" https://example.com`)).toEqual([['curl-user', pair]])
    for (const no of ['test:test', '<user:password>', '"$' + '{USER}:$' + '{PASSWORD}"', 'username:password', 'user:pass'])
      expect(found(`curl -u ${no} https://example.com`)).toEqual([])
  })
})

describe('a checksum', () => {
  const crc = (text: string) => {
    let value = -1
    for (const character of text) {
      value ^= character.charCodeAt(0)
      for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0)
    }
    return ~value >>> 0
  }
  const base62 = (value: number) => {
    const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
    let text = ''
    for (let rest = value, i = 0; i < 6; i++, rest = Math.floor(rest / 62)) text = digits[rest % 62] + text
    return text
  }
  it('makes a token certain, and its lack does not hide it', () => {
    const body = make('@{30}')
    const real = ['ghp', `_${body}${base62(crc(body))}`].join('')
    const made = ['ghp', `_${body}${base62(crc(body) ^ 1)}`].join('')
    expect(detectText(real)).toMatchObject([{ rule: 'github-token', score: 1, validated: true }])
    expect(detectText(made)).toMatchObject([{ rule: 'github-token', score: 0.85, validated: false }])
  })
})
