import { tools } from '@waxseal/consumer-tools'
import { runtimes } from '@waxseal/runtimes'
import { pinnedNode } from '../../start/steps.mjs'
import { type Consumer, EXPECTED, type Place } from '../place.ts'

const FLAG = '--experimental-vm-modules'

const jest = async (place: Place, node: string, flags: readonly string[], example: string): Promise<string> => {
  await place.npmInstall(['@waxseal/core'])
  place.examples('seal.mjs', example)
  place.write(
    'jest.config.json',
    JSON.stringify({ testMatch: ['**/*.test.*'], moduleFileExtensions: ['js', 'mjs', 'cjs', 'json'] }),
  )
  return place.run(node, [...flags, tools.jest, '--ci'], { node, env: { EXPECTED } })
}

const passes = async (place: Place, node: string, example: string): Promise<string> => {
  await jest(place, node, [FLAG], example)
  return `${example} passes`
}

// What does not work is asserted too: the day on which it does, the documentation is to be changed.
const refuses = async (place: Place, node: string, flags: readonly string[], example: string): Promise<string> => {
  const output = await jest(place, node, flags, example).then(
    () => 'it passes',
    (error: unknown) => String(error),
  )
  if (!output.includes('Must use import to load ES Module'))
    throw new Error(`expected Jest to refuse an ES module, but: ${output}`)
  return `${example} is refused, as docs/packages.md says`
}

const old = runtimes.node20 ?? ''
const skip = old === '' ? 'no Node 20 for this machine' : undefined

/** Jest 30 and ES modules: what works with its flag, and what does not. */
export const jests: readonly Consumer[] = [
  { name: 'jest, flag, Node 20, import', skip, check: (place) => passes(place, old, 'jest.test.mjs') },
  { name: 'jest, flag, Node 24, import', check: (place) => passes(place, pinnedNode(), 'jest.test.mjs') },
  { name: 'jest, flag, Node 24, require', check: (place) => passes(place, pinnedNode(), 'jest.test.cjs') },
  { name: 'jest, flag, Node 20, require', skip, check: (place) => refuses(place, old, [FLAG], 'jest.test.cjs') },
  { name: 'jest, no flag, Node 24', check: (place) => refuses(place, pinnedNode(), [], 'jest.test.cjs') },
]
