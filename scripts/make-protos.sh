#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Generates the messages and stubs of the Coordinator's services. Needs protoc; the plugins come from the dependencies.
set -eu
cd "$(dirname "$0")/.."
swift build --product protoc-gen-swift
swift build --product protoc-gen-grpc-swift-2
plugins=$(swift build --show-bin-path)
api=Sources/Runtime/Transport/CoordinatorAPI
options=Visibility=Package,UseAccessLevelOnImports=true
protoc -I "$api/Protos" \
    --plugin="$plugins/protoc-gen-swift" --swift_out="$options:$api/Generated" \
    --plugin="$plugins/protoc-gen-grpc-swift-2" --grpc-swift-2_out="$options:$api/Generated" \
    "$api"/Protos/*.proto
