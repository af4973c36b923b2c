import { connect } from 'node:net'
import { describeIf } from '@waxseal/test'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type DaemonService, redisMissing, startRedis } from '../index.ts'

const missing = redisMissing()

describeIf(!missing, missing ?? '')('Redis', () => {
  let redis: DaemonService
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis?.stop())

  const ask = async (port: number, ...commands: string[]): Promise<string> => {
    const socket = connect(port, '127.0.0.1').setEncoding('utf8')
    socket.write(`${[...commands, 'QUIT'].join('\r\n')}\r\n`)
    const answers: string[] = await socket.toArray()
    return answers.join('')
  }

  it('answers', async () => {
    expect(await ask(redis.port, 'PING')).toBe('+PONG\r\n+OK\r\n')
  })

  it('listens on loopback alone and keeps nothing on disk', async () => {
    const settings = await ask(redis.port, 'CONFIG GET bind', 'CONFIG GET save', 'CONFIG GET appendonly')
    expect(settings.split('\r\n').filter((line) => !/^[*$]/.test(line))).toEqual([
      'bind',
      '127.0.0.1',
      'save',
      '',
      'appendonly',
      'no',
      '+OK',
      '',
    ])
  })

  it('is one of its own each time, and gone after stop', async () => {
    const other = await startRedis()
    expect(await ask(redis.port, 'SET k v')).toBe('+OK\r\n+OK\r\n')
    expect(await ask(other.port, 'GET k')).toBe('$-1\r\n+OK\r\n')
    await other.stop()
    await expect(ask(other.port, 'PING')).rejects.toThrow('ECONNREFUSED')
    expect(await ask(redis.port, 'GET k')).toBe('$1\r\nv\r\n+OK\r\n')
  })
})
