// The analysts' login on the service's database: the role that the migrations made, let in with a password that the data folder keeps.
import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const role = 'sunset_analyst';
/** So that a night of forgotten sessions leaves connections to the service. */
const connectionsMost = 10;

/**
 * The url of the same database for the analysts' role. A `url` whose login sees no more than an analyst does is that already; else it belongs to somebody
 * who may let the role in, which happens once. Throws where an administrator has given the role a password of its own.
 */
export async function analystUrl(url, dataDir) {
  const owner = new URL(url);
  owner.searchParams.delete('pooler');
  if (await isAnalysts(owner)) return owner;
  const analyst = new URL(owner);
  analyst.username = role;
  analyst.password = keptPassword(dataDir);
  if (await opens(analyst)) return analyst;
  await letIn(owner, analyst.password);
  return analyst;
}

/** Whether that login may look into nothing but `analytics`. */
const isAnalysts = (url) => connected(url, async (client) => {
  const { rows: [login] } = await client.query(`SELECT pg_has_role(oid, 'MEMBER') AS member, has_schema_privilege('sunset', 'USAGE') AS sees FROM pg_roles WHERE rolname = '${role}'`);
  if (!login) throw new Error(`there is no role ${role} in that database: the service was never started there, or its login may not create roles (see libs/read-models)`);
  return login.member && !login.sees;
});

async function opens(url) {
  try {
    await connected(url, () => undefined);
    return true;
  } catch (error) {
    // No such password, or no login at all.
    if (error.code === '28P01' || error.code === '28000') return false;
    throw error;
  }
}

const letIn = (owner, password) => connected(owner, async (client) => {
  const { rows: [{ rolcanlogin }] } = await client.query(`SELECT rolcanlogin FROM pg_roles WHERE rolname = '${role}'`);
  if (rolcanlogin) throw new Error(`${role} has a password that is not kept here: say DATABASE_URL=postgres://${role}:PASSWORD@HOST/DATABASE, or let an administrator run ALTER ROLE ${role} NOLOGIN`);
  await client.query(`ALTER ROLE ${role} LOGIN CONNECTION LIMIT ${connectionsMost} PASSWORD ${client.escapeLiteral(password)}`);
});

/** Made once, by whoever is first, readable by its owner only. */
function keptPassword(dataDir) {
  const file = join(dataDir, 'analyst-password');
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true });
    const own = `${file}.${process.pid}`;
    writeFileSync(own, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
    try {
      linkSync(own, file);
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    } finally {
      rmSync(own);
    }
  }
  return readFileSync(file, 'utf8').trim();
}

export async function connected(url, work) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url.href, application_name: 'sunset-psql', connectionTimeoutMillis: 20_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
