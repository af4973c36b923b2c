import { app } from '@waxseal/build'

export default app({ entry: ['src/main.ts', 'src/health-check.ts'] })
