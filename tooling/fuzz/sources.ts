// Lets Node run the core's TypeScript sources as they are: parsers that no package exports are fuzzed too, without a build.
import { registerHooks } from 'node:module'

const core = new URL('../../packages/core/src/', import.meta.url).href

const BACKENDS: Record<string, string> = {
  '#backend': new URL('backend/node.ts', core).href,
  '#zlib': new URL('backend/zlib-node.ts', core).href,
}

registerHooks({
  resolve(specifier, context, next) {
    if (!context.parentURL?.startsWith(core)) return next(specifier, context)
    const source = BACKENDS[specifier] ?? (specifier.startsWith('.') ? specifier.replace(/\.js$/, '.ts') : specifier)
    return next(source, context)
  },
})
