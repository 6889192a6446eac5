// Every migration of the service.
export { migrations } from '../../api/src/migrations.js';
