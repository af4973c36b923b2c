// Stands where `prisma generate` puts its client.
export * from '@waxseal/prisma-clients/shop'
