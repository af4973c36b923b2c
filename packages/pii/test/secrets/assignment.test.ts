import { describe, expect, it } from 'vitest'
import { createDetector } from '../../src/detector.ts'
import { secrets } from '../../src/secrets/index.ts'
import { sample, seeded } from './generate.ts'

const { detectText } = createDetector({ sets: [secrets], types: ['SECRET'] })
const found = (text: string) => detectText(text).map(({ start, end }) => text.slice(start, end))
const random = seeded(11)
const make = (pattern: string) => sample(pattern, random)

const chosen = ['hunter', '2'].join('')

describe('a value whose name says that it is secret', () => {
  const values = [make('#{32}'), make('@{24}'), make('#{8}-#{4}-#{4}-#{4}-#{12}'), make('[a-z0-9]{20}'), make('&{40}')]
  const forms: [string, (value: string) => string][] = [
    ['a variable of the environment', (value) => `export ACME_TOKEN=${value}`],
    ['YAML', (value) => `acme_token: ${value}\nother: 1`],
    ['JSON', (value) => `{\n  "acme_token": "${value}"\n}`],
    ['JSON in JSON', (value) => `"{\\"acme_token\\": \\"${value}\\"}"`],
    ['a file within JSON', (value) => `{"config.ini": "ACME_TOKEN=${value}\\nBACKUP_ENABLED=true"}`],
    ['a program', (value) => `var acmeToken = "${value}"`],
    ['Go', (value) => `acmeToken := "${value}"`],
    ['make', (value) => `ACME_TOKEN ?= "${value}"`],
    ['make, expanded at once', (value) => `ACME_TOKEN ::= ${value}`],
    ['Ruby', (value) => `:acme_token => '${value}'`],
    ['a key of an API', (value) => `acmeapikey= ${value}`],
    ['a header', (value) => `X-Acme-Api-Key: ${value}`],
    ['a header with a scheme', (value) => `Authorization: Token ${value}`],
    ['a query', (value) => `https://example.com/?a=1&access_token=${value}&b=2`],
    ['an element', (value) => `<clientSecret>${value}</clientSecret>`],
    ['a pair of attributes', (value) => `<add key="AcmeApiKey" value="${value}" />`],
    ['a flag', (value) => `acme login --token ${value} --quiet`],
    ['a connection string', (value) => `Server=db;User Id=sa;Password=${value};Encrypt=true`],
  ]
  it.each(forms)('is found in %s', (_, form) => {
    for (const value of values) expect(found(form(value))).toEqual([value])
  })

  it.each([
    [`password: ${chosen}`, chosen],
    [`password: '${'P@ss'}word1234'`, `${'P@ss'}word1234`],
    [`DB_PASSWORD="${'Sup3r'}S3cret!"`, `${'Sup3r'}S3cret!`],
    [`my password is ${chosen}, thanks`, chosen],
    [`machine example.com login jane password ${chosen}`, chosen],
  ])('may be chosen by a person: %s', (text, password) => {
    expect(found(text)).toEqual([password])
  })
})

describe('what only looks like a secret', () => {
  const value = make('@{24}')
  it.each(
    (
      'public_key key_algorithm keyword keyboard monkey keystone mapKey keyPress api_version client_id client_name secret_name accessor ' +
      'author key_name bucket_key primary_key cache_key sort_key foreign_key partition_key idempotency_key credentialsId token_type ' +
      'password_changed_at csrf-token tokenEndpoint keyFile max_tokens publicToken schemaKey passenger compass tokenizer sha commit'
    ).split(' '),
  )('the name %s', (name) => {
    expect(found(`${name} = "${value}"`)).toEqual([])
    expect(found(`{"${name}": "${value}"}`)).toEqual([])
  })

  it.each([
    'password: string',
    'password: required',
    'password: "Enter your password 1"',
    'password=$' + '{PASSWORD1}',
    'password=$DB_PASSWORD_1',
    'password: {{ vault_password_1 }}',
    'password: "********"',
    'password: <password1>',
    'password = getpass("x1")',
    'password=%s',
    'api_key: YOUR_API_KEY_1',
    'api_key: <your-api-key-1>',
    'apiKey: process.env.API_KEY_2',
    'apiKey: config.auth.apiKey2',
    'token: "your_token_here_123"',
    'token: "xxxxxxxxxxxxxxxxxxxxxxxx"',
    'token: "00000000000000000000000000"',
    'secret: /run/secrets/token1',
    'secret: file.v1.2.3.json',
    'token: 2024-01-02T10:00:00Z',
    'credentials = OAuth2ClientOptions',
    'ACCESS_KEY=SECOND_CONSTANT_V2',
    'token:',
    'password=',
    '=:=:=',
    ': "',
  ])('%s', (text) => {
    expect(found(text)).toEqual([])
  })

  it('is not taken for one however often it comes', () => {
    for (const text of ['key=', 'a:', 'password ', ':', 'token="', "secret='", 'x://a:', '<token>', 'curl -u ', '-----BEGIN ']) {
      const long = text.repeat(50_000 / text.length)
      const start = performance.now()
      detectText(long)
      expect(performance.now() - start).toBeLessThan(2_000)
    }
  })
})
