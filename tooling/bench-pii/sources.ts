// Lets Node run the detector's TypeScript sources as they are, without a build.
import { registerHooks } from 'node:module'

const sources = new URL('../../packages/pii/src/', import.meta.url).href

registerHooks({
  resolve(specifier, context, next) {
    const own = context.parentURL?.startsWith(sources) && specifier.startsWith('.')
    return next(own ? specifier.replace(/\.js$/, '.ts') : specifier, context)
  },
})
