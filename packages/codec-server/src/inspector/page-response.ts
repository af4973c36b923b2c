/** A file of the page. */
export interface PageFile {
  /** Of scripts and styles with the hash of what it holds. */
  readonly name: string
  readonly type: 'text/javascript' | 'text/css' | 'image/svg+xml'
  readonly body: string
  /** `sha384-…`, as HTML takes it. */
  readonly integrity: string
}

/** Nothing but its own files, calls to where it comes from, and no text that becomes markup or code. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const HEADERS = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=15552000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex',
}
const NOT_KEPT = { 'cache-control': 'no-store' }
const KEPT = { 'cache-control': 'public, max-age=31536000, immutable' }

/** Relative addresses, since the page does not know where it is mounted. */
function htmlOf(files: readonly PageFile[]): string {
  const tags = files.map(({ name, type, integrity }) => {
    const from = `inspector/${name}`
    if (type === 'text/javascript') return `<script type="module" src="${from}" integrity="${integrity}"></script>`
    if (type === 'text/css') return `<link rel="stylesheet" href="${from}" integrity="${integrity}">`
    return `<link rel="icon" type="${type}" href="${from}">`
  })
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Inspector · Waxseal</title>
${tags.join('\n')}
</head>
<body><div id="app"></div><noscript>The inspector is a program: it needs JavaScript.</noscript></body>
</html>
`
}

/**
 * Answers for the page at `…/inspector` and for its files beneath. It holds no data, so it is for anybody; what it calls is not.
 */
export function createPage(files: readonly PageFile[]): (request: Request) => Response | undefined {
  const html = htmlOf(files)
  const byName = new Map(files.map((file) => [file.name, file]))

  function bodyAt(path: string): { readonly text: string; readonly headers: Readonly<Record<string, string>> } | undefined {
    if (path.endsWith('/inspector')) return { text: html, headers: { 'content-type': 'text/html; charset=utf-8', ...NOT_KEPT } }
    const file = byName.get(/\/inspector\/([^/]+)$/.exec(path)?.[1] ?? '')
    return file && { text: file.body, headers: { 'content-type': `${file.type}; charset=utf-8`, ...KEPT } }
  }

  return (request) => {
    const { pathname } = new URL(request.url)
    if (pathname.endsWith('/inspector/'))
      return new Response(null, { status: 308, headers: { ...HEADERS, location: '../inspector' } })
    const found = bodyAt(pathname)
    if (!found) return undefined
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (!isRead) return new Response(null, { status: 405, headers: { ...HEADERS, ...NOT_KEPT, allow: 'GET, HEAD' } })
    return new Response(request.method === 'HEAD' ? null : found.text, { headers: { ...HEADERS, ...found.headers } })
  }
}
