# Makes the nodes known to the coordinator and distributes the tables; where that is done already, nothing.
set -eu
coordinator() { psql --host=postgres --username=postgres --dbname=sunset --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "$@"; }
coordinator --command="CREATE EXTENSION IF NOT EXISTS citus; SELECT citus_set_coordinator_host('postgres'); SELECT citus_add_node('citus-worker-1', 5432); SELECT citus_add_node('citus-worker-2', 5432);"
if [ "$(coordinator --command="SELECT count(*) FROM citus_tables WHERE table_name = 'sunset.events'::regclass")" = 0 ]; then
  coordinator --single-transaction --file=/citus/distribute.sql
fi
