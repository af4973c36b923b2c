/**
 * A value as a store keeps it: an envelope, or JSON in clear. Which of the two it is, the store remembers; it is never told from how
 * the text looks.
 */
export type StoredValue =
  | { readonly sealed: string; readonly clear?: undefined }
  | { readonly clear: string; readonly sealed?: undefined }
