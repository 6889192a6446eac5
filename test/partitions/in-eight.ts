// The specs of the large tables once more, in eight shards of the log and eight partitions. Each has a file here: a spec is loaded after the layout is said.

/** Whatever database is made from now on, until the file is over. */
export function inEight(): void {
  process.env['LOG_SHARDS'] = '8';
  process.env['DB_PARTITIONS'] = '8';
}
