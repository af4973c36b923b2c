import { createServer, request } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { createServiceFake } from '../../src/fakes/service-fake.ts'
import { createFakeAwsKms, createFakeDevVault, type Served, type ServeOptions, serve } from '../../src/fakes.ts'
import { signAws } from './sign-aws.ts'

const open: Served[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ close }) => close()))
})

const started = async (fake = createFakeAwsKms(), options: ServeOptions = {}) => {
  const served = await serve(fake, options)
  open.push(served)
  return { ...served, fake }
}

describe('serve', () => {
  it('answers on a loopback port', async () => {
    const { url, fake } = await started()
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const body = JSON.stringify({ KeyId: fake.aliasName })
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'TrentService.DescribeKey' }
    const signing = { credentials: fake.credentials, region: 'us-east-1', time: Date.now() }
    const signed = signAws(new URL(url).host, headers, body, signing)
    const response = await fetch(url, { method: 'POST', body, headers: signed })
    expect(await response.json()).toMatchObject({ KeyMetadata: { Arn: fake.keyArn } })
    expect(Math.abs(Date.parse(response.headers.get('date')!) - Date.now())).toBeLessThan(5000)
  })

  it('breaks connections where a fault says so, and passes redirects on', async () => {
    const { url, fake } = await started()
    fake.faults.inject({ kind: 'dropped' })
    await expect(fetch(url)).rejects.toThrow(TypeError)
    fake.faults.inject({ kind: 'truncated' })
    const response = await fetch(url)
    await expect(response.text()).rejects.toThrow(TypeError)
    fake.faults.inject({ kind: 'redirect', location: 'https://elsewhere.example/' })
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(307)
    fake.faults.inject({ kind: 'latency', ms: 60_000 })
    await expect(fetch(url, { signal: AbortSignal.timeout(30) })).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(fake.requests.map(({ status }) => status)).toEqual([0, 400, 307])
  })

  it('passes on where a standby sends requests to', async () => {
    const fake = createFakeDevVault()
    fake.setState('standby')
    const served = await serve(fake)
    open.push(served)
    const { url } = served
    const response = await fetch(`${url}/v1/secret/data/a?version=1`, { redirect: 'manual' })
    expect(response.status).toBe(307)
    expect(response.headers.get('location')).toBe('https://vault-active.test:8200/v1/secret/data/a?version=1')
    expect(await response.text()).toBe('')
  })

  it('passes method, path, query, headers and body on, and no body above 1 MiB', async () => {
    const fake = createServiceFake({
      name: 'echo',
      now: Date.now,
      operationOf: () => 'echo',
      answer: ({ method, url, headers, body }) =>
        Response.json({ method, path: url.pathname + url.search, host: url.host, a: headers.get('x-a'), length: body.length }),
      failure: () => new Response(null, { status: 500 }),
      corrupted: (members) => members,
    })
    const { url, close } = await serve(fake)
    open.push({ url, close })
    const sent = { method: 'PUT', body: new Uint8Array(1024 * 1024), headers: { 'x-a': '1' } }
    const answer = await (await fetch(`${url}//other.example/a%20b?c=d`, sent)).json()
    expect(answer).toEqual({
      method: 'PUT',
      path: '//other.example/a%20b?c=d',
      host: new URL(url).host,
      a: '1',
      length: 1024 * 1024,
    })
    expect((await fetch(url, { ...sent, body: new Uint8Array(1024 * 1024 + 1) })).status).toBe(413)
    const status = await new Promise((resolve) => {
      request(url, { path: 'http://other.example/' }, (response) => resolve(response.resume().statusCode)).end()
    })
    expect(status).toBe(400)
  })

  it('is closed while a request waits, and twice', async () => {
    const { url, fake, close } = await started()
    fake.faults.inject({ kind: 'latency', ms: 60_000 })
    const waiting = fetch(url).catch((error: unknown) => error)
    await new Promise((resolve) => setTimeout(resolve, 30))
    await close()
    await close()
    expect(await waiting).toBeInstanceOf(TypeError)
    await expect(fetch(url)).rejects.toThrow(TypeError)
  })

  it('refuses other hosts, wrong ports and ports that are taken', async () => {
    const fake = createFakeAwsKms()
    for (const host of ['0.0.0.0', '::', 'example.com', ''])
      await expect(serve(fake, { host })).rejects.toMatchObject({ code: 'config' })
    for (const port of [-1, 65536, 1.5]) await expect(serve(fake, { port })).rejects.toMatchObject({ code: 'config' })
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as { port: number }
    await expect(serve(fake, { port })).rejects.toMatchObject({ code: 'config', message: expect.stringContaining('EADDRINUSE') })
    await new Promise((resolve) => taken.close(resolve))
    const { url } = await started(fake, { port })
    expect(url).toBe(`http://127.0.0.1:${port}`)
  })
})
