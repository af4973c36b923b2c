// `pnpm release:ready`: says what the owner has to do before the first release, and fails until it is done.
import { root } from '../start/steps.mjs'
import { leftForOwner } from './owner.ts'

const left = leftForOwner(root)
for (const sentence of left) console.log(sentence)
if (left.length === 0) console.log('Nothing is left to the owner.')
else process.exitCode = 1
