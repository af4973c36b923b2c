import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { runtimes } from '@waxseal/runtimes'
import { pnpm as pnpmCommand } from '../../start/steps.mjs'
import { type Consumer, expectOutput } from '../place.ts'

const PACKAGES = ['@waxseal/core', '@waxseal/keys-env', '@waxseal/adapter-broker']

const { bun: bunProgram = '', deno: denoProgram = '' } = runtimes

/** pnpm, where a package reaches only what it declares. */
export const pnpm: Consumer = {
  name: 'pnpm, strict',
  check: async (place) => {
    const [file, args] = pnpmCommand('add', ...PACKAGES)
    await place.run(file, args)
    if (existsSync(join(place.folder, 'node_modules/fflate')))
      throw new Error('a dependency of core was hoisted: this proves nothing')
    place.examples('seal.mjs', 'queue.mjs')
    return expectOutput(await place.run('node', ['queue.mjs']))
  },
}

export const bun: Consumer = {
  name: 'bun',
  skip: bunProgram === '' ? 'no Bun for this machine' : undefined,
  check: async (place) => {
    await place.run(bunProgram, ['add', ...PACKAGES])
    place.examples('seal.mjs', 'queue.mjs', 'queue.cjs')
    expectOutput(await place.run(bunProgram, ['queue.cjs']))
    return expectOutput(await place.run(bunProgram, ['queue.mjs']))
  },
}

export const deno: Consumer = {
  name: 'deno',
  skip: denoProgram === '' ? 'no Deno for this machine' : undefined,
  check: async (place) => {
    await place.run(denoProgram, ['add', ...PACKAGES.map((name) => `npm:${name}`)])
    place.examples('seal.mjs', 'queue.mjs')
    return expectOutput(await place.run(denoProgram, ['run', '--allow-read', '--allow-env', 'queue.mjs']))
  },
}
