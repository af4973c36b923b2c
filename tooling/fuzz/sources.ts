// Lets Node run TypeScript sources of the packages as they are: parsers that no package exports are fuzzed too.
import { registerHooks } from 'node:module'

const packages = new URL('../../packages/', import.meta.url).href
const backend = new URL('core/src/backend/', packages)

const BACKENDS: Record<string, string> = {
  '#backend': new URL('node.ts', backend).href,
  '#zlib': new URL('zlib-node.ts', backend).href,
}

registerHooks({
  resolve(specifier, context, next) {
    if (!context.parentURL?.startsWith(packages) || !context.parentURL.endsWith('.ts')) return next(specifier, context)
    const source = BACKENDS[specifier] ?? (specifier.startsWith('.') ? specifier.replace(/\.js$/, '.ts') : specifier)
    return next(source, context)
  },
})
