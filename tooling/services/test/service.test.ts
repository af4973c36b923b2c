import { describe, expect, it } from 'vitest'
import { launch } from '../service.ts'

const start = (script: string): ReturnType<typeof launch> => launch('toy', process.execPath, ['--eval', script])

describe('a launched server', () => {
  it('is ready when it has said where it listens, and ends when it is stopped', async () => {
    const server = await start(`
      const server = require('node:http').createServer((_, response) => response.end('here'))
      server.listen(0, '127.0.0.1', () => console.log('{"url":"http://127.0.0.1:' + server.address().port + '"}'))
      process.stdin.resume().on('end', () => process.exit(0))`)
    expect(JSON.parse(server.line)).toEqual({ url: server.url })
    expect(await (await fetch(server.url)).text()).toBe('here')
    await server.stop()
    await expect(fetch(server.url)).rejects.toThrow('fetch failed')
  })

  it('that ends too early says what it printed', async () => {
    await expect(start('console.error("no such option"); process.exit(2)')).rejects.toThrow(
      /^toy ended before it listened \(exit code 2\)\.\nno such option$/,
    )
  })

  it('that is not there says so', async () => {
    await expect(launch('toy', '/no/such/program', [])).rejects.toThrow(/^toy could not be started: spawn .* ENOENT/)
  })
})
