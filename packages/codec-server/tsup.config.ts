import { library } from '@waxseal/build'
import { pageFiles } from './page.build.js'

export default {
  ...library({ entry: ['src/index.ts', 'src/inspector.ts', 'src/metrics.ts', 'src/tracing.ts'] }),
  esbuildPlugins: [pageFiles],
}
