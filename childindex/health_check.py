"""For a container's health check: `python -m childindex.health_check` asks the web server beside it how it is."""

import os
import sys
import urllib.error
import urllib.request


def main() -> None:
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].lstrip(".")
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/health/"
    question = urllib.request.Request(address, headers={"Host": host})
    try:
        urllib.request.urlopen(question, timeout=4).close()
    except (urllib.error.URLError, OSError) as error:
        sys.exit(f"The web server does not answer as it should: {error}")


if __name__ == "__main__":
    main()
