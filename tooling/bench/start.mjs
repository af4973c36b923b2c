// `pnpm bench`: builds what is measured, then measures it on the pinned Node.
import { capture, install, pinnedNode, pnpm, root, run, stop } from '../start/steps.mjs'

const fresh = await install('waxseal', '@waxseal/bench...')
if (fresh !== 0) stop('The benchmarks could not be installed.', fresh)

const build = await capture(...pnpm('exec', 'turbo', 'build', '--filter=@waxseal/bench^...', '--output-logs=errors-only'))
if (build.code !== 0) stop(`${build.output}\nThe package under test could not be built.`, build.code)

process.exitCode = await run(pinnedNode(), [`${root}tooling/bench/main.ts`, ...process.argv.slice(2)])
