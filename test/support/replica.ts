// A PostgreSQL of a test's own with a streaming replica, beside that of `TEST_REPLICA`.
export { replicated, type Replicated } from '../provide-replica.mjs';
