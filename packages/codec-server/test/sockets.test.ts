import { generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type CodecServer, type CodecServerOptions, jwtAuthentication } from '../src/index.js'
import { NOW, newTrail, SECRET, sealed, sealedPayload, serverWith, TOKENS } from './bench.js'
import { type Answer, answersOf, requestText, socketHost } from './socket-host.js'

const BODY = '{"document":1}'
const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
const chunked = { 'transfer-encoding': 'chunked', 'content-length': '' }
const codeOf = ({ body }: Answer): string => JSON.parse(body).error.code

describe('over a real connection', () => {
  let server: CodecServer
  let host: Awaited<ReturnType<typeof socketHost>>
  const use = (options: Partial<CodecServerOptions> = {}) => {
    server = serverWith(options)
  }
  beforeAll(async () => {
    host = await socketHost(() => server)
  })
  beforeEach(() => use())
  afterAll(() => host.close())

  async function expectServed(): Promise<void> {
    const [answer] = await host.say(requestText({}, BODY))
    expect([answer!.status, JSON.parse(answer!.body)]).toEqual([200, { document: 1, report: [] }])
  }

  describe('what is not HTTP of this server is refused by the host, before anybody is asked', () => {
    it.each([
      ['no request', 'hello\r\n\r\n', 400],
      ['another protocol', requestText({ version: '9.9' }, BODY), 400],
      ['no host', requestText({ headers: { host: '' } }, BODY), 400],
      ['two lengths', requestText({}, BODY).replace('\r\n\r\n', '\r\ncontent-length: 3\r\n\r\n'), 400],
      ['a name with a space', requestText({ headers: { 'x-namespace ': 'a' } }, BODY), 400],
      ['a length and chunks', requestText({ headers: { 'transfer-encoding': 'chunked' } }, BODY), 400],
      ['a length that is no number', requestText({ headers: { 'content-length': '-1' } }, BODY), 400],
      ['chunks of no length', `${requestText({ headers: chunked })}zz\r\n`, 400],
      ['a control character in a header', requestText({ headers: { 'x-namespace': 'a\0b' } }, BODY), 400],
      ['headers that are too long', requestText({ headers: { 'x-long': 'x'.repeat(9000) } }, BODY), 431],
    ])('%s', async (_, text, status) => {
      const [answer] = await host.say(text)
      expect([answer?.status, answer?.body]).toEqual([status, ''])
      await expectServed()
    })

    it('headers that stop coming', async () => {
      const socket = await host.open()
      socket.write('POST /open HTTP/1.1\r\nhost: localhost\r\n')
      const [answer] = await answersOf(socket)
      expect([answer?.status, answer?.body]).toEqual([408, ''])
    })

    it('headers that come one by one', async () => {
      const socket = await host.open()
      socket.write('POST /open HTTP/1.1\r\nhost: localhost\r\n')
      const timer = setInterval(() => socket.write('x: y\r\n'), 20)
      const [answer] = await answersOf(socket)
      clearInterval(timer)
      expect(answer?.status).toBe(408)
    })
  })

  describe('bodies', () => {
    it('that promise to be too long are not waited for', async () => {
      const [answer] = await host.say(requestText({ headers: { 'content-length': '99999999999' } }))
      expect([answer!.status, codeOf(answer!)]).toEqual([413, 'too_large'])
      await expectServed()
    })

    it('that are too long, in chunks that do not say so, are not read to their end', async () => {
      use({ limits: { maxBodyBytes: 100_000 } })
      const socket = await host.open()
      socket.write(requestText({ headers: chunked }))
      const piece = chunk(' '.repeat(16_384))
      const writing = setInterval(() => socket.write(piece), 1)
      const [answer] = await answersOf(socket)
      clearInterval(writing)
      expect([answer!.status, codeOf(answer!)]).toEqual([413, 'too_large'])
    })

    it.each([
      ['stop coming', { 'content-length': '1000' }, ''],
      ['stop coming, in chunks', chunked, chunk('{"document":')],
      ['come byte by byte', { 'content-length': '1000' }, ' '],
    ])('that %s are over in time', async (_, headers, drip) => {
      use({ limits: { bodyTimeoutMs: 150 } })
      const socket = await host.open()
      socket.write(requestText({ headers }))
      const timer = setInterval(() => drip && socket.write(drip), 20)
      const [answer] = await answersOf(socket)
      clearInterval(timer)
      expect([answer!.status, codeOf(answer!), answer!.headers.get('connection')]).toEqual([408, 'timeout', 'close'])
    })

    it('that are cut off harm nobody', async () => {
      const trail = newTrail()
      use({ trail })
      const socket = await host.open()
      socket.write(requestText({ headers: { 'content-length': '1000' } }, '{"doc'))
      socket.end()
      const answers = await answersOf(socket)
      // Deno answers nobody who has ended his half of the connection.
      expect(answers.map(({ status }) => status)).toEqual('deno' in process.versions ? [] : [400])
      await expectServed()
    })

    it('in chunks are taken', async () => {
      const text = requestText({ headers: chunked }) + chunk('{"document"') + chunk(':1}') + chunk('')
      const [answer] = await host.say(text)
      expect([answer!.status, answer!.body]).toEqual([200, '{"document":1,"report":[]}'])
    })

    it('of strangers are not waited for', async () => {
      const [answer] = await host.say(requestText({ token: 'guessed', headers: { 'content-length': '1000' } }))
      expect([answer!.status, codeOf(answer!)]).toEqual([401, 'unauthenticated'])
    })
  })

  it('a good caller is served while a hundred others are slow', async () => {
    use({ limits: { bodyTimeoutMs: 2000 } })
    const slow = await Promise.all(Array.from({ length: 100 }, () => host.open()))
    for (const socket of slow) socket.write(requestText({ headers: { 'content-length': '1000' } }, '{'))
    await expectServed()
    for (const socket of slow) socket.destroy()
  })

  it('requests that follow each other on one connection are answered each by its own caller, in order', async () => {
    const secret = await sealed({ note: SECRET })
    const ask = (token: string) => requestText({ token }, JSON.stringify({ document: secret }))
    const text = [TOKENS.ann, 'guessed', TOKENS.eve, TOKENS.bob, TOKENS.ann].map(ask).join('')
    const answers = await host.say(text, 5)
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 200, 200, 200])
    expect(answers.map(({ body }) => body.includes(SECRET))).toEqual([true, false, false, false, true])
    expect(JSON.parse(answers[2]!.body).report[0].outcome).toBe('refused')
  })

  it('HTTP/1.0 is answered, and the connection closed', async () => {
    const [answer] = await host.say(requestText({ version: '1.0' }, BODY))
    expect([answer!.status, answer!.headers.get('connection')]).toEqual([200, 'close'])
  })

  it.each<[string, Parameters<typeof requestText>[0], number]>([
    ['HEAD', { method: 'HEAD' }, 405],
    ['TRACE', { method: 'TRACE' }, 405],
    ['an upgrade', { method: 'GET', headers: { connection: 'upgrade', upgrade: 'websocket' } }, 405],
    ['a path of bad escapes', { path: '/%zz/nope' }, 404],
    ['a path with dots', { path: '/decode/../open/nope' }, 404],
    ['OPTIONS of nothing', { method: 'OPTIONS', path: '*' }, 400],
  ])('%s', async (_, request, status) => {
    const [answer] = await host.say(requestText(request, request.method ? '' : BODY))
    expect(answer?.status).toBe(status)
    expect(answer?.body).not.toMatch(/\bat .*:\d|node:/)
    await expectServed()
  })

  it('a page of another origin is refused, and may not read that', async () => {
    for (const origin of ['https://evil.example', 'null', 'http://localhost:82']) {
      const [answer] = await host.say(requestText({ headers: { origin } }, BODY))
      expect([answer!.status, codeOf(answer!)]).toEqual([403, 'origin_not_allowed'])
      expect(answer!.headers.get('access-control-allow-origin')).toBeNull()
    }
    const [answer] = await host.say(requestText({ headers: { origin: 'http://localhost:8233' } }, '{'))
    expect([answer!.status, answer!.headers.get('access-control-allow-origin')]).toEqual([400, 'http://localhost:8233'])
  })

  it('a name that somebody lets point to this machine opens nothing, where everybody on it may', async () => {
    use({ auth: 'none-on-loopback', policy: [{ who: ['*'], give: 'clear' }] })
    const statusFor = async (headers: Record<string, string>) =>
      (await host.say(requestText({ token: null, headers }, BODY)))[0]!.status
    expect(await statusFor({})).toBe(200)
    expect(await statusFor({ host: 'evil.example' })).toBe(401)
    expect(await statusFor({ 'x-forwarded-for': '127.0.0.1' })).toBe(401)
  })

  it('a token that was heard and is sent again is of no use when its time is over', async () => {
    let now = NOW
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const issuer = 'https://id.example.com'
    const auth = jwtAuthentication({
      keys: publicKey,
      issuer,
      audience: 'codec',
      algorithms: ['ES256'],
      toleranceSeconds: 30,
      now: () => now,
    })
    use({ auth, policy: [{ who: ['ann'], give: 'clear' }], now: () => now })
    const claims = { sub: 'ann', iss: issuer, aud: 'codec', exp: NOW / 1000 + 60 }
    const token = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256' }).sign(privateKey)
    const request = requestText({ path: '/decode', token }, JSON.stringify({ payloads: [await sealedPayload({ note: SECRET })] }))
    const statusNow = async () => (await host.say(request))[0]!.status
    expect(await statusNow()).toBe(200)
    now += 89_000
    expect(await statusNow()).toBe(200)
    now += 2000
    expect(await statusNow()).toBe(401)
  })
})
