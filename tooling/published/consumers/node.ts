import { runtimes } from '@waxseal/runtimes'
import { pinnedNode } from '../../start/steps.mjs'
import { type Consumer, expectOutput, type Place } from '../place.ts'

const PACKAGES = ['@waxseal/core', '@waxseal/keys-env', '@waxseal/adapter-broker']

const nodes: readonly { version: string; program: string | undefined }[] = [
  { version: '20', program: runtimes.node20 },
  { version: '22', program: runtimes.node22 },
  { version: '24', program: pinnedNode() },
]

// npm runs on the same Node as the example, so that `engines` are judged by it.
const onNode = async (place: Place, node: string, example: string): Promise<string> => {
  await place.npmInstall(PACKAGES, '--engine-strict')
  place.examples('seal.mjs', example)
  return expectOutput(await place.run('node', [example], { node }))
}

/** npm on Node: `import`, and `require()` of the same modules. */
export const node: readonly Consumer[] = nodes.flatMap(({ version, program = '' }) => {
  const skip = program === '' ? `no Node ${version} for this machine` : undefined
  return [
    { name: `npm, Node ${version}, import`, skip, check: (place) => onNode(place, program, 'queue.mjs') },
    { name: `npm, Node ${version}, require`, skip, check: (place) => onNode(place, program, 'queue.cjs') },
  ] satisfies Consumer[]
})
