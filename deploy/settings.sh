# Sourced by backup and restore: read settings from the environment or from ENV_FILE, as the portal does.
env_file=${ENV_FILE:-/etc/portal/portal.env}
raw() { printenv "$1" || { grep -E "^$1=" "$env_file" || true; } | tail -n 1 | cut -d= -f2-; }
setting() { local file; file=$(raw "$1_FILE"); if [ -n "$file" ]; then cat "$file"; else raw "$1"; fi; }

# Put a postgres:// url into the variables libpq reads. An argument would show the password to every user of the machine.
use_postgres() {
    local assignments
    assignments=$(python3 - <<'PYTHON'
import os, shlex
from urllib.parse import parse_qsl, unquote, urlsplit
url = urlsplit(os.environ["URL"])
names = {"PGHOST": url.hostname, "PGPORT": url.port, "PGUSER": url.username, "PGPASSWORD": url.password, "PGDATABASE": url.path[1:]}
names |= {f"PG{name.upper()}": value for name, value in parse_qsl(url.query)}
print("export", *(f"{name}={shlex.quote(unquote(str(value)))}" for name, value in names.items() if value))
PYTHON
    )
    eval "$assignments"
}

stop() { echo "$1" >&2; exit 1; }
