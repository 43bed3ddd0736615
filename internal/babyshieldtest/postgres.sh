# One scratch PostgreSQL server, run by postgres.go as: sh -c SCRIPT sh BIN DIR.
#
# It lives as long as standard input is open. The test process holds the other
# end, and the kernel closes that end when the process is gone, however it went:
# no time limit, no lock and no clean-up by the test is needed.
#
# It prints "ready" once the server answers on the socket DIR/.s.PGSQL.5432, or
# else the log of what went wrong.
set -eu
bin=$1 dir=$2
cd "$dir"

clean() {
	"$bin/pg_ctl" stop -D data -m immediate >>log 2>&1 || true
	cd / && rm -rf "$dir"
}
trap clean EXIT
trap 'exit 1' HUP INT TERM

# Text sorts by the rules of a language, as in most installations: a query that
# counts on byte order is found out here. Servers older than 15, or built without
# ICU, do not know the option.
init() { "$bin/initdb" -D data --no-sync --auth=trust --username=postgres --encoding=UTF8 --locale=C "$@" >>log 2>&1; }
init --locale-provider=icu --icu-locale=en || { rm -rf data && init; } || { cat log && exit 1; }

# Nothing here has to survive a power cut, so nothing is forced to the disk.
# synchronous_commit stays on: what a client was told is committed is committed.
cat >>data/postgresql.conf <<CONF
listen_addresses = ''
unix_socket_directories = '$dir'
unix_socket_permissions = 0700
max_connections = 400
fsync = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
jit = off
CONF
"$bin/pg_ctl" start -D data -l log -w -t 60 >/dev/null 2>&1 || { cat log && exit 1; }
echo ready
cat >/dev/null
