import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startDaemon } from '../daemon.ts'

const LISTENING = `
  const server = require('node:net').createServer((socket) => socket.end(process.cwd()))
  server.listen(Number(process.argv[1]), '127.0.0.1', () => console.log('it listens'))
  process.on('SIGTERM', () => process.exit())`

const toy = (script: string, portOf = (port: number): number => port): Parameters<typeof startDaemon>[0] => ({
  name: 'toy',
  start: (_data, port) => [process.execPath, '--eval', script, `${portOf(port)}`],
  ready: /it listens/,
  signal: 'TERM',
})

const read = async (port: number): Promise<string> => {
  const chunks: string[] = await connect(port, '127.0.0.1').setEncoding('utf8').toArray()
  return chunks.join('')
}

describe('a daemon', () => {
  it('runs in a folder of its own, and is gone with it when it is stopped', async () => {
    const { port, stop } = await startDaemon(toy(LISTENING))
    const folder = await read(port)
    expect(existsSync(folder)).toBe(true)
    await stop()
    expect(existsSync(folder)).toBe(false)
    await expect(read(port)).rejects.toThrow('ECONNREFUSED')
  })

  it('is gone when the process that started it was killed', async () => {
    const temporary = mkdtempSync(join(tmpdir(), 'waxseal-daemon-test-'))
    const start = `
      import { writeSync } from 'node:fs'
      import { startDaemon } from ${JSON.stringify(join(import.meta.dirname, '../daemon.ts'))}
      const start = (_data, port) => [process.execPath, '--eval', ${JSON.stringify(LISTENING)}, String(port)]
      const { port } = await startDaemon({ name: 'toy', start, ready: /it listens/, signal: 'TERM' })
      writeSync(1, String(port))
      process.kill(process.pid, 'SIGKILL')`
    const { stdout, signal } = spawnSync(process.execPath, ['--input-type=module', '--eval', start], {
      encoding: 'utf8',
      env: { ...process.env, TMPDIR: temporary },
    })
    expect(signal).toBe('SIGKILL')
    const port = Number(stdout)
    expect(port).toBeGreaterThan(0)
    await expect.poll(() => read(port).catch(String), { timeout: 20_000 }).toContain('ECONNREFUSED')
    rmSync(temporary, { recursive: true })
  })

  it('is tried on another port when the first one is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const taken = (other.address() as AddressInfo).port
    const tried: number[] = []
    const { port, stop } = await startDaemon(toy(LISTENING, (free) => (tried.push(free) === 1 ? taken : free)))
    expect(tried).toEqual([expect.any(Number), port])
    expect(await read(port)).toContain('waxseal-toy-')
    await stop()
    other.close()
  })

  it('that ends too early says what it printed', async () => {
    const failing = startDaemon(toy('console.error("no such option")'))
    await expect(failing).rejects.toThrow(/^toy ended before it listened\.\nno such option$/)
  })

  it('has its folder removed when it could not be prepared', async () => {
    const folders: string[] = []
    const prepare = (data: string): [string] => {
      folders.push(dirname(data))
      expect(existsSync(dirname(data))).toBe(true)
      return ['/no/such/program']
    }
    await expect(startDaemon({ ...toy(LISTENING), prepare })).rejects.toThrow('ENOENT')
    expect(folders.map((folder) => existsSync(folder))).toEqual([false])
  })
})
