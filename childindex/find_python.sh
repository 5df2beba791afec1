# Sets `python` to the first Python on the PATH that is new enough. Read by ./run and ./test.
python=
for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 &&
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "Child Index needs Python 3.11 or later, and none is on the PATH. Install it (on Debian and Ubuntu:" >&2
    echo "apt-get install python3 python3-venv), or name one: PYTHON=/path/to/python3.11 ./run" >&2
    exit 1
fi
