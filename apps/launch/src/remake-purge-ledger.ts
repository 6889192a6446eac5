// `npm run remake-purge-ledger -- --nothing-newer`: writes the purge ledger anew from the database, where the folder is lost for good.
import { connect, Database, preparesIn } from '#postgres';
import { askedWrongly, databaseUrl, readArguments } from '#processes';
import { ledgerFolderFrom, remakePurgeLedger } from '#purge';

const usage = `npm run remake-purge-ledger -- --nothing-newer

Writes the purge ledger (PURGE_LEDGER) anew from what the database knows, where it is lost for good.

--nothing-newer  says that this database is the newest there is. One that was restored does not know what was purged since its backup: whoever was
                 purged then would be served again. Without the flag nothing is written.`;

const { flags } = readArguments(usage, { flags: ['nothing-newer'] });
if (!flags.has('nothing-newer')) askedWrongly('is the database the newest there is?', usage);
const folder = ledgerFolderFrom(process.env);
const dataSource = await connect({ url: databaseUrl(), poolSize: 2, applicationName: 'sunset-remake-purge-ledger' });
try {
  console.log(`${await remakePurgeLedger(folder, new Database(dataSource, { prepares: preparesIn(process.env) }))} entries written to ${folder}`);
} finally {
  await dataSource.destroy();
}
