// `pnpm mutation`: mutates the core on the pinned Node; arguments are parts of file names.
import { install, pinnedNode, root, run, stop } from '../start/steps.mjs'

const fresh = await install('waxseal', '@waxseal/mutation...')
if (fresh !== 0) stop('The mutation test could not be installed.', fresh)

process.exitCode = await run(pinnedNode(), [`${root}tooling/mutation/mutate.ts`, ...process.argv.slice(2)])
