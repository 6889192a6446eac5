// PgBouncer for tests of one's own, beside that of `TEST_POOLER`.
export { type PgBouncer, providePgBouncer } from '../provide-pgbouncer.mjs';
