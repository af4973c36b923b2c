import { writeFileSync } from 'node:fs'
import { library } from '@waxseal/build'

export default {
  ...library(),
  // For editors, beside the code that checks the same.
  onSuccess: async () => {
    const { jsonSchema } = (await import(new URL('dist/index.js', import.meta.url).href)) as typeof import('./src/index.js')
    writeFileSync(new URL('dist/schema.json', import.meta.url), `${JSON.stringify(jsonSchema(), undefined, 2)}\n`)
  },
}
