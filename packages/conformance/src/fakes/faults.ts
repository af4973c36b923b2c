/** What goes wrong with a request. Each service answers it in its own wire form. */
export type Fault =
  | { readonly kind: 'throttled'; readonly retryAfterSeconds?: number }
  | { readonly kind: 'server_error' }
  | { readonly kind: 'unavailable' }
  /** The answer comes `ms` milliseconds later. */
  | { readonly kind: 'latency'; readonly ms: number }
  /** The body is cut short in the middle. */
  | { readonly kind: 'truncated' }
  /** The connection breaks, without an answer. */
  | { readonly kind: 'dropped' }
  /** Status 200 with a body that is no JSON. */
  | { readonly kind: 'garbage' }
  /** A bit of the answered key material is turned. */
  | { readonly kind: 'corrupt' }
  /** The service's clock differs by `ms` milliseconds. */
  | { readonly kind: 'clock_skew'; readonly ms: number }
  /** Status 307 to `location`. */
  | { readonly kind: 'redirect'; readonly location: string }

export interface Faults {
  /**
   * The next `times` requests (default 1; Infinity until cleared) for `operation` (default every one) go wrong this way, in
   * the order of injection.
   */
  inject(fault: Fault, options?: { readonly times?: number; readonly operation?: string }): void
  clear(): void
}
