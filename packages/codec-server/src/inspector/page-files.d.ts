import type { PageFile } from './page-response.js'

/** The page, made of `page/` by the build: see tsup.config.ts. */
export declare const files: readonly PageFile[]
