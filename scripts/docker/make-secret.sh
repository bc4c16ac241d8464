#!/bin/sh
# Makes the database password of this installation, once. It stands in two files of a volume: one for the database,
# one in libpq's form for the server. Usage: make-secret.sh FOLDER DATABASE_OWNER SERVER_UID
set -eu
folder=$1
umask 077
if [ ! -s "$folder/database-password" ]; then
  od -An -N24 -tx1 /dev/urandom | tr -d ' \n' > "$folder/database-password.new"
  mv "$folder/database-password.new" "$folder/database-password"
fi
printf '*:*:*:*:%s\n' "$(cat "$folder/database-password")" > "$folder/pgpass"
chmod 711 "$folder"
chmod 400 "$folder/database-password" "$folder/pgpass"
chown "$2" "$folder/database-password"
chown "$3" "$folder/pgpass"
