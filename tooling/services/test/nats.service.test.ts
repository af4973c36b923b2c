import { connect } from 'node:net'
import { describeIf } from '@waxseal/test'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type DaemonService, natsMissing, startNats } from '../index.ts'

const missing = natsMissing()

describeIf(!missing, missing ?? '')('NATS', () => {
  let nats: DaemonService
  beforeAll(async () => {
    nats = await startNats()
  })
  afterAll(() => nats?.stop())

  /** What the server says of itself, and whether it answers. */
  const greeting = (port: number): Promise<string> =>
    new Promise((resolve, reject) => {
      let said = ''
      const socket = connect(port, '127.0.0.1').setEncoding('utf8').once('error', reject)
      socket.write('CONNECT {"verbose":false}\r\nPING\r\n')
      socket.on('data', (chunk) => {
        said += chunk
        if (said.endsWith('PONG\r\n')) socket.destroy()
      })
      socket.on('close', () => resolve(said))
    })

  it('answers on loopback, with JetStream', async () => {
    const [info, answer] = (await greeting(nats.port)).split('\r\n')
    expect(JSON.parse(info!.replace('INFO ', ''))).toMatchObject({ host: '127.0.0.1', jetstream: true })
    expect(answer).toBe('PONG')
  })

  it('is one of its own each time, and gone after stop', async () => {
    const other = await startNats()
    expect(other.data).not.toBe(nats.data)
    await other.stop()
    await expect(greeting(other.port)).rejects.toThrow('ECONNREFUSED')
    expect(await greeting(nats.port)).toContain('PONG')
  })
})
