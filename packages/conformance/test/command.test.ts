import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { parseKey } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import { readOptions } from '../src/command/options.ts'
import { run } from '../src/command/run.ts'
import { signAws } from './fakes/sign-aws.ts'

const started = (...args: string[]) => {
  let [written, complained] = ['', '']
  let end = (_code: number): void => {}
  const ended = new Promise<number>((resolve) => {
    end = resolve
  })
  const until = Promise.withResolvers<void>()
  const out = (text: string) => {
    written += text
    if (written.includes('Ctrl-C ends them.\n')) until.resolve()
  }
  const error = (text: string) => {
    complained += text
  }
  const exit = run(args, { out, error, ended })
  return { exit, end, started: until.promise, out: () => written, error: () => complained }
}

const variables = (text: string) =>
  Object.fromEntries([...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]))

describe('the command line', () => {
  const names = ['a', 'b']

  it('asks for all fakes or some, at any port or one', () => {
    expect(readOptions(['fakes'], names)).toEqual({ kind: 'fakes', only: names, port: 0 })
    expect(readOptions(['fakes', '--only', 'b,b', '--port', '4000'], names)).toEqual({ kind: 'fakes', only: ['b'], port: 4000 })
    for (const help of ['--help', '-h']) expect(readOptions(['fakes', help], names)).toEqual({ kind: 'help' })
  })

  it.each([
    [[], 'the one command'],
    [['others'], 'the one command'],
    [['fakes', 'fakes'], 'the one command'],
    [['fakes', '--only', 'c'], 'no fake "c", there are a, b'],
    [['fakes', '--only', ''], 'no fake ""'],
    [['fakes', '--only'], '--only'],
    [['fakes', '--host', '0.0.0.0'], '--host'],
    [['fakes', '--port', 'x'], '--port'],
    [['fakes', '--port', '65535'], '--port'],
    [['fakes', '--port=-1'], '--port'],
  ])('is refused: %j', (args, message) => {
    expect(readOptions(args, names)).toEqual({ kind: 'wrong', message: expect.stringContaining(message) })
  })
})

describe('waxseal-conformance fakes', () => {
  it('starts fakes that answer what it prints, until it is ended', async () => {
    const command = started('fakes')
    await command.started
    const env = variables(command.out())
    const url = env.AWS_ENDPOINT_URL_KMS ?? ''
    const [, keyId] = /aws:\/\/(alias\/[\w-]+)\?/.exec(command.out()) ?? []
    const credentials = { accessKeyId: env.AWS_ACCESS_KEY_ID!, secretAccessKey: env.AWS_SECRET_ACCESS_KEY! }
    const body = JSON.stringify({ KeyId: keyId, KeySpec: 'AES_256' })
    const plain = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'TrentService.GenerateDataKey' }
    const signing = { credentials, region: env.AWS_REGION!, time: Date.now() }
    const headers = signAws(new URL(url).host, plain, body, signing)
    expect((await fetch(url, { method: 'POST', body, headers })).status).toBe(200)

    const metadata = `http://${env.GCE_METADATA_HOST}/computeMetadata/v1/instance/service-accounts/default/token`
    const { access_token } = await (await fetch(metadata, { headers: { 'metadata-flavor': 'Google' } })).json()
    const [, keyName] = /gcp:\/\/(projects\/[^?]+)\?/.exec(command.out()) ?? []
    const key = `${env.CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS}v1/${keyName}`
    expect((await fetch(key, { headers: { authorization: `Bearer ${access_token}` } })).status).toBe(200)

    const token = { 'x-vault-token': env.VAULT_TOKEN! }
    const [, transitKey] = /vault-transit:\/\/transit\/([^?]+)\?addr=/.exec(command.out()) ?? []
    const transit = `${env.VAULT_ADDR}/v1/transit/encrypt/${transitKey}`
    const plaintext = JSON.stringify({ plaintext: 'AAAA' })
    expect((await fetch(transit, { method: 'POST', body: plaintext, headers: token })).status).toBe(200)
    const [, secret] = /vault:\/\/secret\/([^?]+)\?addr=/.exec(command.out()) ?? []
    const { data } = await (await fetch(`${env.VAULT_ADDR}/v1/secret/data/${secret}`, { headers: token })).json()
    expect(parseKey(data.data.key)).toHaveLength(32)

    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: env.AZURE_CLIENT_ID!,
      client_secret: env.AZURE_CLIENT_SECRET!,
      scope: 'https://vault.azure.net/.default',
    })
    const login = `${env.AZURE_AUTHORITY_HOST}/${env.AZURE_TENANT_ID}/oauth2/v2.0/token`
    const bearer = (await (await fetch(login, { method: 'POST', body: form })).json()).access_token
    const uri = /azure:\/\/waxseal\.vault\.azure\.net\/keys\/([^?]+)\?signing-key=([^&]+)&endpoint=(.+)/.exec(command.out())
    const [, wraps, signs, endpoint] = uri ?? []
    const types = [wraps, signs].map(async (name) => {
      const url = `${endpoint}/keys/${name}?api-version=7.4`
      const found = await fetch(url, { headers: { authorization: `Bearer ${bearer}` } })
      return (await found.json()).key.kty
    })
    expect(await Promise.all(types)).toEqual(['RSA', 'EC'])

    command.end(130)
    expect(await command.exit).toBe(130)
    await expect(fetch(url)).rejects.toThrow(TypeError)
  })

  it('starts only those asked for, and says where a port is taken', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as { port: number }
    const refused = started('fakes', '--only', 'aws-kms', '--port', String(port))
    expect(await refused.exit).toBe(1)
    expect(refused.error()).toContain(`port ${port} cannot be had (EADDRINUSE)`)
    await new Promise((resolve) => taken.close(resolve))
    const command = started('fakes', '--only', 'aws-kms', '--port', String(port))
    await command.started
    expect(command.out()).toContain(`# aws-kms at http://127.0.0.1:${port}\n`)
    expect(command.out()).not.toContain('gcp-kms')
    command.end(0)
    expect(await command.exit).toBe(0)
  })

  it('helps, and explains wrong arguments', async () => {
    const help = started('--help')
    expect(await help.exit).toBe(0)
    expect(help.out()).toMatch(/--only NAMES .*aws-kms, gcp-kms, vault, azure-key-vault/)
    const wrong = started('fakes', '--only', 'none')
    expect(await wrong.exit).toBe(2)
    expect([wrong.out(), wrong.error()]).toEqual(['', expect.stringMatching(/no fake "none"[\s\S]*--help/)])
  })
})

describe('the program', () => {
  const program = fileURLToPath(new URL('../dist/main.js', import.meta.url))
  const exitOf = (args: string[], signal?: NodeJS.Signals) =>
    new Promise<{ code: number | null; out: string }>((resolve, reject) => {
      const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
      let out = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        out += text
        if (signal && out.includes('Ctrl-C ends them.\n')) child.kill(signal)
      })
      child.once('error', reject).once('close', (code) => resolve({ code, out }))
    })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends cleanly on %s', async (signal, code) => {
    expect(await exitOf(['fakes', '--only', 'aws-kms'], signal)).toMatchObject({ code })
  })

  it('helps', async () => {
    expect(await exitOf(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('waxseal-conformance fakes') })
  })
})
