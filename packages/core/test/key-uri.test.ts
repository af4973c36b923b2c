import { describe, expect, it } from 'vitest'
import { parseKeyUri, uriNumber } from '../src/keys/http/key-uri.ts'
import { outcome } from './fixtures.ts'

const SECRET = 'Quixotic-Token-7Z'

describe('a key URI', () => {
  it.each<[string, string, Record<string, string>]>([
    ['aws://alias/orders?region=eu-west-1', 'alias/orders', { region: 'eu-west-1' }],
    ['aws://arn:aws:kms:eu-west-1:111122223333:key/1234', 'arn:aws:kms:eu-west-1:111122223333:key/1234', {}],
    ['aws:///arn:aws:kms:eu-west-1:111122223333:key/1234', 'arn:aws:kms:eu-west-1:111122223333:key/1234', {}],
    ['aws://k?region=a%2Fb&id=x', 'k', { region: 'a/b', id: 'x' }],
    ['aws://a%20b', 'a b', {}],
  ])('is taken apart: %s', (uri, path, parameters) => {
    expect(parseKeyUri(uri, 'aws', ['region', 'id'])).toEqual({ path, parameters })
  })

  it.each([
    'gcp://k',
    'aws:k',
    `aws://user:${SECRET}@host/k`,
    `aws://k?token=${SECRET}`,
    'aws://k?region=a&region=b',
    'aws://k?region=',
    'aws://k?region=%zz',
    'aws://%zz',
    'aws://k#f',
    'aws://k k',
    'aws://k?constructor=1',
    'aws://k?',
    'aws://k?region',
    'aws://k?=a',
    'aws://k?region=a&',
  ])('is refused without being repeated: %s', (uri) => {
    try {
      parseKeyUri(uri, 'aws', ['region'])
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({ code: 'config' })
      expect((error as Error).message).not.toContain(SECRET)
    }
  })

  it('holds numbers that are numbers', async () => {
    expect([uriNumber('version', '12'), uriNumber('version', undefined)]).toEqual([12, undefined])
    for (const wrong of ['', '-1', '1.5', '0x1', '01', '99999999999'])
      expect(await outcome(() => uriNumber('version', wrong))).toBe('config')
  })
})
