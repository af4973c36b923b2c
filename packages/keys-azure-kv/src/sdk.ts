export type { AzureCryptographyClient, AzureCryptographyResult, AzureKeyClient } from './sdk-client.js'
export { fromKeyClient } from './sdk-client.js'
