import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { describeIf } from '@waxseal/test'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type DaemonService, rabbitmqMissing, startRabbitmq } from '../index.ts'

const missing = rabbitmqMissing()

describeIf(!missing, missing ?? '')('RabbitMQ', () => {
  let rabbitmq: DaemonService
  beforeAll(async () => {
    rabbitmq = await startRabbitmq()
  })
  afterAll(() => rabbitmq?.stop())

  /** What the server says of itself to a client of AMQP 0-9-1. */
  const greeting = (port: number): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1').setEncoding('latin1').once('error', reject)
      socket.write('AMQP\x00\x00\x09\x01')
      socket.once('data', (said) => {
        socket.destroy()
        resolve(`${said}`)
      })
    })

  it('answers, and keeps its files in a folder of its own', async () => {
    expect(await greeting(rabbitmq.port)).toContain('RabbitMQ')
    expect(existsSync(`${rabbitmq.data}/waxseal@localhost`)).toBe(true)
  })

  it('is one of its own each time, and gone after stop', async () => {
    const other = await startRabbitmq()
    expect(await greeting(other.port)).toContain('RabbitMQ')
    await other.stop()
    await expect(greeting(other.port)).rejects.toThrow('ECONNREFUSED')
    expect(existsSync(other.data)).toBe(false)
    expect(await greeting(rabbitmq.port)).toContain('RabbitMQ')
  })
})
