/**
 * Three-digit starts of US ZIP codes in whose area 20,000 people or fewer live, to be written as `000` by 45 CFR
 * 164.514(b)(2)(i)(B): the 17 of the "Guidance Regarding Methods for De-identification of Protected Health Information" (HHS, 2012),
 * which are of the census of 2000, and those of the census of 2010 (202, 204, 205, 369, 753, 772 are new in it). The guidance asks
 * for the current census, so that what either list names is here. Military mail (09x, 340, 962-966) has no census area at all.
 */
export const SPARSE_ZIPS: RegExp =
  /^(?:036|059|063|09\d|102|20[2-5]|340|369|556|692|753|772|790|82[13]|83[01]|87[89]|884|89[03]|96[2-6])/
