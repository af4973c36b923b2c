import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { tools } from '@waxseal/consumer-tools'
import { runtimes } from '@waxseal/runtimes'
import { build } from 'esbuild'
import { runInChromium } from '../../conformance-run/chromium.ts'
import { chromiumMissing, chromiumProgram } from '../../services/chromium.ts'
import { type Consumer, expectNoNode, expectOutput, type Place } from '../place.ts'

const { workerd } = runtimes
const chromium = chromiumProgram()
const noChromium = chromiumMissing()

const bundle = async (place: Place, example: string, conditions: readonly string[]): Promise<string> => {
  await place.npmInstall(['@waxseal/core'])
  place.examples('seal.mjs', example)
  const { outputFiles } = await build({
    absWorkingDir: place.folder,
    entryPoints: [example],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions: [...conditions],
    external: ['node:*'],
    write: false,
    logLevel: 'silent',
  })
  const code = outputFiles[0]?.text ?? ''
  expectNoNode(code)
  place.write('bundle.mjs', code)
  return code
}

const inPage = async (code: string): Promise<string> => {
  let output = ''
  const reported = (body: string): void => {
    output = body
  }
  await runInChromium(chromium ?? '', [{ code, reported }])
  return expectOutput(output)
}

const WORKERD_CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = (
  modules = [(name = "bundle.mjs", esModule = embed "bundle.mjs")], compatibilityDate = "2026-08-01"))]);
`

/** What bundlers make of the packages for the web; the bundles run where they are meant to. */
export const bundlers: readonly Consumer[] = [
  {
    name: 'vite, in Chromium',
    skip: noChromium,
    check: async (place) => {
      await place.npmInstall(['@waxseal/core'])
      place.examples('seal.mjs', 'page.mjs')
      place.write('index.html', '<!doctype html><script type="module" src="/page.mjs"></script>')
      await place.run('node', [tools.vite, 'build', '--logLevel', 'warn'])
      const [asset = '', ...others] = globSync('dist/assets/*.js', { cwd: place.folder })
      if (others.length > 0) throw new Error(`more than one chunk: ${[asset, ...others].join(', ')}`)
      const code = readFileSync(join(place.folder, asset), 'utf8')
      expectNoNode(code)
      return inPage(code)
    },
  },
  {
    name: 'esbuild, in Chromium',
    skip: noChromium,
    check: async (place) => inPage(await bundle(place, 'page.mjs', ['browser'])),
  },
  {
    name: 'edge bundle (edge-light)',
    check: async (place) => {
      await bundle(place, 'print.mjs', ['edge-light', 'worker'])
      return expectOutput(await place.run('node', ['bundle.mjs']))
    },
  },
  {
    name: 'wrangler’s conditions, in workerd',
    skip: workerd === undefined ? 'no workerd for this machine' : undefined,
    check: async (place) => {
      await bundle(place, 'worker.mjs', ['workerd', 'worker', 'browser'])
      place.write('config.capnp', WORKERD_CONFIG)
      return expectOutput(await place.run(workerd ?? '', ['test', 'config.capnp']))
    },
  },
]
