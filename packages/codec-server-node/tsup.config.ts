import { library } from '@waxseal/build'

export default { ...library(), platform: 'node' }
