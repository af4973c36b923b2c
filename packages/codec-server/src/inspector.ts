import { createInspector, type Inspector, type InspectorOptions } from './inspector/inspector.js'
import { files } from './inspector/page-files.js'

export type { AuditReader, ReadRecord } from './inspector/audit-page.js'
export type { Inspector, InspectorOptions, InspectorSample, ServerFacts } from './inspector/inspector.js'
export {
  type KeyListing,
  keystoreListing,
  type ListableKeystore,
  type ListedState,
  type ListedVersion,
  sourceListing,
} from './inspector/key-listing.js'

/**
 * The inspector, for `createCodecServer({ inspector })`: a page at `/inspector` on which people look into jobs, rows and histories, and
 * those who may, at keys and at the trail. `config` for options that do not fit.
 *
 * @example
 * const server = createCodecServer({ sealer, auth, policy, trail, inspector: inspector({ audit: { who: ['group:security'], trail } }) })
 */
export const inspector = (options: InspectorOptions = {}): Inspector => createInspector(options, files)
