/** What the goals are judged against: node:crypto, or WebCrypto where that is all there is. */
export const BARE = 'bare'
export const BARE_RAW = 'bare, raw key'
export const BARE_WEB = 'bare, WebCrypto'
export const OURS = 'waxseal'
