import { app } from '@waxseal/build'

export default app()
