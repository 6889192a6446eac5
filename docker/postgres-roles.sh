#!/bin/sh
# With a new volume: the role of API and workers. What it may do the migrations grant.
psql --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" --set=ON_ERROR_STOP=1 --set=password="$SERVICE_PASSWORD" --quiet <<'END'
CREATE ROLE sunset LOGIN PASSWORD :'password';
END
