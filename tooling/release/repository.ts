// `pnpm release:repository https://github.com/OWNER/NAME`: names the repository in every package.json that is published.
import { root } from '../start/steps.mjs'
import { nameRepository } from './owner.ts'

const [address = ''] = process.argv.slice(2)
try {
  console.log(`The repository is named in ${nameRepository(root, address).length} files.`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
