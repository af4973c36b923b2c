import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { call, configOf, start, TOKEN } from './app.js'

/** Sends a text on a connection of its own. */
function say(port: number, words: string): { readonly socket: Socket; readonly answer: Promise<string> } {
  const socket = connect(port, '127.0.0.1')
  const answer = text(socket).catch(() => '')
  socket.write(words)
  return { socket, answer }
}

const head = (more = '') => `POST /open HTTP/1.1\r\nhost: localhost\r\n${more}`

describe('callers who hold the server up', () => {
  it.each([
    ['say nothing', ''],
    ['never end the head', head('x-slow: ')],
  ])('are closed when they %s', async (_, words) => {
    const { port } = await start(configOf({ codecServer: { listen: { headersTimeoutMs: 500 } } }))
    const { answer } = say(port, words)
    expect(await answer).toMatch(/^(HTTP\/1\.1 408 |$)/)
    expect((await call(port)).status).toBe(200)
  })

  it('are closed when they send a byte of the head now and then', async () => {
    const { port } = await start(configOf({ codecServer: { listen: { headersTimeoutMs: 500 } } }))
    const { socket, answer } = say(port, head('x-slow: '))
    const drip = setInterval(() => socket.write('a'), 50)
    socket.on('error', () => {})
    expect(await answer).toMatch(/^(HTTP\/1\.1 408 |$)/)
    clearInterval(drip)
  })

  it('are answered when the body does not come', async () => {
    const { port } = await start(configOf({ codecServer: { limits: { bodyTimeoutMs: 300 } } }))
    const { answer } = say(
      port,
      head(`authorization: Bearer ${TOKEN}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"docu`),
    )
    expect(await answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"timeout"/)
  })

  it('are answered when the head is too large', async () => {
    const { port } = await start(configOf())
    const { answer } = say(port, head(`x-large: ${'a'.repeat(20_000)}\r\n\r\n`))
    expect(await answer).toMatch(/^HTTP\/1\.1 431 /)
    expect((await call(port)).status).toBe(200)
  })

  it('are answered when they do not speak HTTP', async () => {
    const { port } = await start(configOf())
    const { answer } = say(port, 'hello\r\n\r\n')
    expect(await answer).toMatch(/^HTTP\/1\.1 400 /)
  })

  it('have no more connections than there may be', async () => {
    const { port } = await start(configOf({ codecServer: { listen: { maxConnections: 2 } } }))
    const kept = [say(port, head()), say(port, head())]
    await Promise.all(kept.map(({ socket }) => once(socket, 'connect')))
    expect(await say(port, `${head()}\r\n`).answer).toBe('')
    for (const { socket } of kept) socket.destroy()
    const again = () =>
      call(port).then(
        ({ status }) => status,
        () => 'refused',
      )
    await expect.poll(again, { timeout: 10_000 }).toBe(200)
  })
})
