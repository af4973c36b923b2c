import { describe, expect, it } from 'vitest'
import { demoApp, nodeProblem, pnpmCommand } from '../command.mjs'

const named = 'pnpm@12.21.0'

describe('calling pnpm', () => {
  it('runs a native pnpm as it is', () => {
    expect(pnpmCommand({ npm_execpath: '/opt/pnpm/bin/pnpm' }, 'node', named)).toEqual(['/opt/pnpm/bin/pnpm'])
    expect(pnpmCommand({ npm_execpath: '/x/node_modules/@pnpm/exe.linux-x64/pnpm' }, 'node', named)).toEqual([
      '/x/node_modules/@pnpm/exe.linux-x64/pnpm',
    ])
  })

  it('runs a pnpm that is a script on the running Node', () => {
    expect(pnpmCommand({ npm_execpath: '/x/pnpm/bin/pnpm.cjs' }, '/usr/bin/node', named)).toEqual([
      '/usr/bin/node',
      '/x/pnpm/bin/pnpm.cjs',
    ])
  })

  it('falls back to npx and the version of package.json when npm or nothing started it', () => {
    expect(pnpmCommand({ npm_execpath: '/usr/lib/node_modules/npm/bin/npm-cli.js' }, 'node', named)).toEqual([
      'npx',
      '--yes',
      named,
    ])
    expect(pnpmCommand({}, 'node', named)).toEqual(['npx', '--yes', named])
  })
})

describe('the app of the demo', () => {
  it.each([
    ['', 'worker'],
    ['--jobs 3', 'worker'],
    ['--queue pgboss', 'worker'],
    ['--queue bullmq --url redis://127.0.0.1', 'worker-bullmq'],
    ['--url 127.0.0.1:7233 --queue=temporal', 'worker-temporal'],
    ['-q temporal', 'worker-temporal'],
    ['--queue', 'worker'],
    ['--queue kafka', 'worker'],
    ['bullmq', 'worker'],
  ])('of "%s" is %s', (args, app) => {
    expect(demoApp(args.split(' '))).toBe(app)
  })
})

describe('the Node that is needed', () => {
  it.each(['20.19.0', '20.20.2', '22.0.0', '26.1.0'])('starts on %s', (version) => {
    expect(nodeProblem(version, 'machine')).toBeUndefined()
  })

  it.each(['18.20.0', '20.18.3'])('refuses to start on %s', (version) => {
    expect(nodeProblem(version, 'machine')).toBe(`Waxseal needs Node 20.19 or newer; this is ${version}.`)
  })

  it.each(['22.18.0', '24.11.0', '25.0.0', '26.0.0'])('runs the tools on %s', (version) => {
    expect(nodeProblem(version, 'tools')).toBeUndefined()
  })

  it.each(['20.20.2', '22.17.1', '23.11.0', '24.10.9'])('does not run the tools on %s', (version) => {
    expect(nodeProblem(version, 'tools')).toMatch(/^The tools need Node 22\.18 or 24\.11 or newer and this is /)
  })
})
