/** A request that holds what a server may be sent and a page may not send: `origin`, `content-length`, `sec-fetch-site`. */
export class Request extends globalThis.Request {
  readonly #headers: Headers

  constructor(input: RequestInfo | URL, init?: RequestInit) {
    super(input, init)
    this.#headers = new Headers(init?.headers ?? (input instanceof globalThis.Request ? input.headers : undefined))
    for (const [name, value] of super.headers) if (!this.#headers.has(name)) this.#headers.set(name, value)
  }

  override get headers(): Headers {
    return this.#headers
  }
}
