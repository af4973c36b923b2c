// `pnpm soak` and `pnpm soak:codec`: builds what is loaded, then loads it on the pinned Node.
import { capture, install, pinnedNode, pnpm, root, run, stop } from '../start/steps.mjs'

const [first, ...rest] = process.argv.slice(2)
const isCodec = first === 'codec'
const [program, loaded, args] = isCodec
  ? ['codec.ts', '@waxseal/codec-server-app', rest]
  : ['main.ts', '@waxseal/core', process.argv.slice(2)]

const fresh = await install('waxseal', '@waxseal/soak...')
if (fresh !== 0) stop('The soak test could not be installed.', fresh)

const build = await capture(...pnpm('exec', 'turbo', 'build', `--filter=${loaded}`, '--output-logs=errors-only'))
if (build.code !== 0) stop(`${build.output}\nWhat is to be loaded could not be built.`, build.code)

process.exitCode = await run(pinnedNode(), ['--expose-gc', `${root}tooling/soak/${program}`, ...args])
