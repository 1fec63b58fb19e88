#!/usr/bin/env bash
# What deploy/quickstart builds compiles: with optimisation the compiler sees faults that the build of the tests does
# not, and -Werror makes each of them a quickstart that fails. release.sh BUILD_DIR
set -euo pipefail
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$1/release

cmake -S "$source" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DJIEDUI_SANITIZE=OFF -DJIEDUI_TESTS=OFF > /dev/null
cmake --build "$build"
"$build/bin/jiedui" --version
