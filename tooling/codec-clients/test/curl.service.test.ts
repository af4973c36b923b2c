import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sealingCodec } from '@waxseal/core'
import { type OjsKeys, writeOjsPayload } from '@waxseal/formats'
import { curlMissing, installCurl } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type CodecHost, codecHost, policy, sealer, TOKENS } from './codec-host.js'
import { commandsOf } from './guide.js'
import { CARD, SECRET } from './needles.js'
import { printed } from './printed.js'

const missing = curlMissing()
const context = { app: 'shop', namespace: 'default' }
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64')
const json = (data: string) => JSON.parse(Buffer.from(data, 'base64').toString())
const clear = { metadata: { encoding: btoa('json/plain') }, data: base64({ card: CARD, note: SECRET }) }
const ojsKeys: OjsKeys = { getKey: () => new Uint8Array(32).fill(7), getCurrentKeyId: () => 'k' }

async function sealedPayload() {
  const payload = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from(clear.data, 'base64') }
  const [sealed] = await sealingCodec(sealer, { context, storeContext: true }).encode([payload])
  const { encoding } = sealed!.metadata!
  return {
    metadata: { encoding: Buffer.from(encoding!).toString('base64') },
    data: Buffer.from(sealed!.data!).toString('base64'),
  }
}

describeIf(!missing, missing ?? '')('curl', () => {
  const folder = mkdtempSync(join(tmpdir(), 'waxseal-curl-'))
  let curl: string
  let codec: CodecHost

  beforeAll(async () => {
    curl = await installCurl()
    codec = await codecHost()
    const files = {
      'payloads.json': { payloads: [await sealedPayload()] },
      'clear.json': { payloads: [clear] },
      'ojs.json': { payloads: [await writeOjsPayload({ data: base64({ card: CARD }) }, { keys: ojsKeys })] },
      'ojs-clear.json': { payloads: [{ data: base64({ card: CARD }) }] },
      'document.json': { document: { row: 7, job: await sealer.seal({ card: CARD }, { context, storeContext: true }) } },
    }
    for (const [name, value] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(value))
  })
  beforeEach(() => codec.use(withOjs))
  afterAll(async () => {
    await codec?.close()
    rmSync(folder, { recursive: true })
  })

  const withOjs = {
    ojs: { keys: ojsKeys },
    policy: [{ who: ['group:fraud'], give: 'clear', seal: true, foreign: true } as const, ...policy.slice(1)],
  }

  describe('as the guide prints it', () => {
    const commands = commandsOf('curl')
    async function answerOf(path: string, token = TOKENS.ann) {
      const command = commands.find((each) => each.includes(`"$CODEC${path}"`))
      const env = { ...process.env, CODEC: codec.url, TOKEN: token }
      const { code, stdout, stderr } = await printed('sh', ['-ec', command ?? 'false'], { cwd: folder, env })
      expect([code, stderr]).toEqual([0, ''])
      return JSON.parse(stdout)
    }

    it('has a command for every path', () => {
      const paths = commands.map((command) => /"\$CODEC(\S+)"/.exec(command)?.[1])
      const all = ['/decode', '/encode', '/codec/decode', '/codec/encode', '/open', '/inspect', '/health', '/openapi.json']
      expect(paths).toEqual(all)
    })

    it('decodes payloads of Temporal, for each caller as the policy says', async () => {
      expect(await answerOf('/decode')).toEqual({ payloads: [clear] })
      const masked = (await answerOf('/decode', TOKENS.bob)).payloads[0]
      expect(json(masked.data)).toEqual({ card: '•••• 1111', note: '••••••••' })
      expect(await answerOf('/decode', TOKENS.eve)).toMatchObject({ error: { code: 'access_denied' } })
      expect(await answerOf('/decode', 'guessed')).toMatchObject({ error: { code: 'unauthenticated' } })
    })

    it('encodes payloads of Temporal', async () => {
      const [payload] = (await answerOf('/encode')).payloads
      expect(atob(payload.metadata.encoding)).toBe('binary/waxseal')
      expect(JSON.stringify(sealer.inspect(Buffer.from(payload.data, 'base64')).context)).toBe(JSON.stringify(context))
      expect(await answerOf('/encode', TOKENS.bob)).toMatchObject({ error: { code: 'access_denied' } })
    })

    it('decodes and encodes payloads of Open Job Spec', async () => {
      expect(json((await answerOf('/codec/decode')).payloads[0].data)).toEqual({ card: CARD })
      const [payload] = (await answerOf('/codec/encode')).payloads
      expect(payload.metadata).toEqual({ encoding: 'binary/encrypted', encryption_key_id: 'k' })
    })

    it('opens and inspects a document', async () => {
      expect(await answerOf('/open')).toMatchObject({ document: { row: 7, job: { card: CARD } }, report: [{ outcome: 'clear' }] })
      expect((await codec.records()).at(-1)).toMatchObject({ operation: 'codec.open', details: { reason: 'case 7' } })
      expect(await answerOf('/inspect')).toMatchObject({ report: [{ pointer: '/job', outcome: 'sealed', kid: 'k1', context }] })
    })

    it('asks for health and for the description', async () => {
      expect(await answerOf('/health', '')).toEqual({ status: 'ok' })
      expect((await answerOf('/openapi.json', '')).paths).toHaveProperty('/decode')
    })
  })

  describe('with requests that are refused', () => {
    const type = ['-H', 'Content-Type: application/json']
    const auth = ['-H', `Authorization: Bearer ${TOKENS.ann}`]

    /** Status and body, or the exit code of a curl that got no answer. */
    async function ask(path: string, ...flags: string[]) {
      const args = ['-sS', '--max-time', '20', '-w', '\n%{http_code}', ...flags, codec.url + path]
      const { code, stdout, stderr } = await printed(curl, args, { cwd: folder })
      const [, body = '', status = ''] = /^([\s\S]*)\n(\d+)$/.exec(stdout) ?? []
      expect(stdout + stderr).not.toMatch(/\bat .*:\d|node:|\.ts:/)
      return { code, status: Number(status), body, error: body && JSON.parse(body).error?.code }
    }

    it.each<[string, string, string[], number, string]>([
      ['another method', '/decode', ['-X', 'PUT', '-d', '{}', ...type, ...auth], 405, 'method_not_allowed'],
      ['GET', '/decode', auth, 405, 'method_not_allowed'],
      ["curl's own content type", '/decode', ['-d', '{}', ...auth], 415, 'unsupported_type'],
      ['a form', '/decode', ['-F', 'file=@clear.json', ...auth], 415, 'unsupported_type'],
      ['no token', '/decode', ['-d', '{}', ...type], 401, 'unauthenticated'],
      ['a name and a password', '/decode', ['-d', '{}', '-u', 'ann:guessed', ...type], 401, 'unauthenticated'],
      [
        'a page of another origin',
        '/decode',
        ['-d', '{}', '-H', 'Origin: https://evil.example', ...type, ...auth],
        403,
        'origin_not_allowed',
      ],
      ['an unknown path', '/nope', ['-d', '{}', ...type, ...auth], 404, 'not_found'],
      ['a path with dots', '/x/../nope', ['--path-as-is', '-d', '{}', ...type, ...auth], 404, 'not_found'],
      ['half of a body', '/decode', ['-d', '{"payloads":[', ...type, ...auth], 400, 'malformed'],
    ])('%s', async (_, path, flags, status, code) => {
      expect(await ask(path, ...flags)).toMatchObject({ code: 0, status, error: code })
    })

    it('a body that is too large, told or not', async () => {
      codec.use({ limits: { maxBodyBytes: 100_000 } })
      writeFileSync(join(folder, 'large.json'), JSON.stringify({ payloads: [], x: 'x'.repeat(1_000_000) }))
      const told = await ask('/decode', '--data-binary', '@large.json', ...type, ...auth)
      expect(told).toMatchObject({ code: 0, status: 413, error: 'too_large' })
      const chunked = await ask('/decode', '-X', 'POST', '-H', 'Transfer-Encoding: chunked', '-T', 'large.json', ...type, ...auth)
      expect(chunked.status).toBe(413)
    })

    it('a body that comes too slowly', async () => {
      codec.use({ limits: { bodyTimeoutMs: 300 } })
      writeFileSync(join(folder, 'slow.json'), JSON.stringify({ payloads: [], x: 'x'.repeat(200_000) }))
      const slow = await ask('/decode', '--limit-rate', '10k', '--data-binary', '@slow.json', ...type, ...auth)
      expect(slow).toMatchObject({ status: 408, error: 'timeout' })
    })

    it('none of these: a preflight of a known page, and one of another', async () => {
      codec.use({ cors: { origins: ['https://temporal.example.com'] } })
      const preflight = async (origin: string) => {
        const asks = [
          'Access-Control-Request-Method: POST',
          'Access-Control-Request-Headers: authorization,content-type,x-namespace',
        ]
        const headers = [`Origin: ${origin}`, ...asks].flatMap((header) => ['-H', header])
        return (await printed(curl, ['-sSi', '-X', 'OPTIONS', ...headers, `${codec.url}/decode`])).stdout
      }
      const known = await preflight('https://temporal.example.com')
      expect(known).toMatch(/^HTTP\/1\.1 204/)
      expect(known).toMatch(/^access-control-allow-origin: https:\/\/temporal\.example\.com\r$/im)
      expect(await preflight('https://evil.example')).not.toMatch(/access-control-allow-origin/i)
    })
  })
})
