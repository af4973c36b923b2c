// `pnpm soak:queues`: builds the adapters, then kills their workers on the pinned Node, on servers of their own.
import { capture, install, pinnedNode, pnpm, root, run, stop } from '../start/steps.mjs'

const fresh = await install('waxseal', '@waxseal/queues...')
if (fresh !== 0) stop('The test could not be installed.', fresh)

const build = await capture(...pnpm('exec', 'turbo', 'build', '--filter=@waxseal/queues^...', '--output-logs=errors-only'))
if (build.code !== 0) stop(`${build.output}\nThe packages under test could not be built.`, build.code)

process.exitCode = await run(pinnedNode(), [`${root}tooling/queues/crash.ts`, ...process.argv.slice(2)])
