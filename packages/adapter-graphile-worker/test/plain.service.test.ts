import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { postgresMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { expect, it } from 'vitest'
import { postgres } from './database.js'

const missing = postgresMissing()

/** Adds a job and does it, and tells every module that was loaded. */
const PROGRAM = `
import { registerHooks } from 'node:module'
const loaded = []
registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
const { Logger, makeWorkerUtils, runOnce } = await import('@waxseal/adapter-graphile-worker')
const { createSealer, generateKey, staticKeys } = process.env.SEALED ? await import('@waxseal/core') : {}
const sealed = process.env.SEALED && { seal: { app: 'a', sealer: createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) }) } }
const options = { connectionString: process.env.DATABASE_URL, schema: process.env.SCHEMA, logger: new Logger(() => () => {}), ...sealed }
const utils = await makeWorkerUtils(options)
await utils.addJob('charge', { n: 1 })
let seen
await runOnce({ ...options, taskList: { charge: (payload) => { seen = payload } } })
await utils.release()
console.log(JSON.stringify({ seen, loaded }))
`

describeIf(!missing, missing ?? '')('PostgreSQL', () => {
  const database = postgres()

  it('loads no cryptography without seal', async () => {
    const { schema } = await database.bench()
    const loadedBy = async (env: Record<string, string>): Promise<string[]> => {
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
        cwd: import.meta.dirname,
        env: { PATH: process.env.PATH, DATABASE_URL: database.url, SCHEMA: schema, ...env },
      })
      const { seen, loaded } = JSON.parse(stdout) as { seen: unknown; loaded: string[] }
      expect(seen).toEqual({ n: 1 })
      return loaded
    }
    const isOurs = (url: string) => /packages\/(core|adapter-kit)\/dist/.test(url)
    const plain = await loadedBy({})
    expect(plain.filter((url) => url.includes('adapter-graphile-worker/dist')).length).toBeGreaterThan(0)
    const ours = plain.filter(isOurs)
    expect(ours.filter((url) => !/adapter-kit\/dist\/(names|chunk-[^/]*)\.js$/.test(url))).toEqual([])
    expect((await loadedBy({ SEALED: '1' })).filter((url) => /packages\/core\/dist/.test(url)).length).toBeGreaterThan(0)
  })
})
