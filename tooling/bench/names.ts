/** What the goals are judged against: node:crypto, or WebCrypto where that is all there is. */
export const BARE = 'bare'
export const BARE_RAW = 'bare, raw key'
export const BARE_WEB = 'bare, WebCrypto'
/** node:crypto inside a stream of the web platform. */
export const BARE_STREAMS = 'bare, web streams'
export const OURS = 'waxseal'
