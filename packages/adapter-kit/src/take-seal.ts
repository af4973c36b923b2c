/** A host's options, and how jobs are sealed. Without `seal` they are the host's and nothing else. */
export type Sealed<Options, Seal> = Options & { readonly seal?: Seal | undefined }

/** Takes `seal` out of what the host is given; without it the host is given the very same. */
export function takeSeal<Options extends object | undefined, Seal>(
  given: Options | Sealed<Options, Seal>,
): { readonly seal: Seal | undefined; readonly options: Options } {
  if (!given || !('seal' in given)) return { seal: undefined, options: given }
  const { seal, ...options } = given as Sealed<object, Seal>
  return { seal, options: options as Options }
}
