import { app } from '@waxseal/build'

// Temporal bundles the workflows itself, from a file of their own.
export default app({ entry: ['src/main.ts', 'src/workflows.ts'] })
