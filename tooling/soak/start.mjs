// `pnpm soak`: builds what is loaded, then loads it on the pinned Node.
import { capture, install, pinnedNode, pnpm, root, run, stop } from '../start/steps.mjs'

const fresh = await install('waxseal', '@waxseal/soak...')
if (fresh !== 0) stop('The soak test could not be installed.', fresh)

const build = await capture(...pnpm('exec', 'turbo', 'build', '--filter=@waxseal/core', '--output-logs=errors-only'))
if (build.code !== 0) stop(`${build.output}\nThe package under test could not be built.`, build.code)

process.exitCode = await run(pinnedNode(), ['--expose-gc', `${root}tooling/soak/main.ts`, ...process.argv.slice(2)])
