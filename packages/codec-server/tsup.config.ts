import { library } from '@waxseal/build'

export default library({ entry: ['src/index.ts', 'src/metrics.ts', 'src/tracing.ts'] })
