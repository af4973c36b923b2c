/** Whether a host, as `URL.hostname` has it, is this machine. */
export const isLoopback = (hostname: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)

/**
 * The URL, if nobody but its host can listen: `https://`, or `http://` for loopback, or for another host that `plain` lets pass.
 * Undefined for anything else, and for a URL with a query, a fragment, a user name or a password.
 *
 * @example
 * secureUrl('http://vault.example') // undefined
 */
export function secureUrl(text: string, plain: (hostname: string) => boolean = isLoopback): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && plain(url.hostname))
  return url && secure && !url.search && !url.hash && !url.username && !url.password ? url : undefined
}
