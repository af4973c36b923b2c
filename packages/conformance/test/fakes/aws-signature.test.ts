import { describe, expect, it } from 'vitest'
import { canonicalRequest, signatureOf } from '../../src/fakes/aws-kms/signature.ts'

// Published examples of Signature Version 4: the documentation's ListUsers, and requests of the signing test suite.
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const AMZ_DATE = '20150830T123600Z'

const signed = async (method: string, url: string, headers: Record<string, string>, service: string) => {
  const all = new Headers({ ...headers, 'x-amz-date': AMZ_DATE })
  const call = { method, url: new URL(url), headers: all, body: new Uint8Array() }
  const canonical = await canonicalRequest(call, ['host', ...all.keys()].sort())
  return signatureOf(canonical, AMZ_DATE, { date: '20150830', region: 'us-east-1', service }, SECRET)
}

describe('Signature Version 4', () => {
  it('is that of the documentation', async () => {
    const url = 'https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08'
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
    expect(await signed('GET', url, headers, 'iam')).toBe('5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7')
  })

  it.each([
    ['get-vanilla', 'GET', '', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['post-vanilla', 'POST', '', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
    [
      'get-vanilla-query-order-key-case',
      'GET',
      '?Param2=value2&Param1=value1',
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
  ])('is that of the test suite: %s', async (_, method, query, signature) => {
    expect(await signed(method, `https://example.amazonaws.com/${query}`, {}, 'service')).toBe(signature)
  })
})
