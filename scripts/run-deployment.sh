#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Takes the voting example the whole way on a simulated platform: compile, set, enrol workloads, verify, restart, recover,
# and an impostor. run-deployment.sh DIRECTORY, which holds contrast, coordinator, initializer and simulated-platform.
set -euo pipefail

bin=$(realpath "${1:?"usage: run-deployment.sh DIRECTORY"}")
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$bin:$PATH" CONTRAST_ALLOW_INSECURE_RUNTIMES=1

rm -rf .build/deployment
mkdir -p .build/deployment
cp -r examples/voting-mesh .build/deployment/resources
cd .build/deployment

heading() { printf '\n== %s\n\n' "$*"; }

pids=()
cleanup() { for pid in "${pids[@]}"; do kill -9 "$pid" 2>/dev/null || true; done; }
trap cleanup EXIT

# Free ports of the loopback interface.
read -r user mesh http transit probes service < <(python3 -c '
import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(6)]
print(*(s.getsockname()[1] for s in sockets))')
coordinator=127.0.0.1:$user

heading "simulated-platform init: processors of our own, whose roots the manifest will pin"
simulated-platform init --INSECURE simulated

heading "contrast generate"
contrast generate --INSECURE --reference-values simulated/bundle.json --create-keys --locked --log-level error \
    --lock resources/contrast.lock resources
ls

# What a host gives a guest: its initdata. What the simulated processor says of it follows from that alone.
boot() { # NAME WORKLOAD FILE
    mkdir -p "guests/$1"
    contrast inspect --show initdata --workload "$2" "resources/$3" > "guests/$1/initdata.toml"
}
evidence() { # NAME
    echo "simulated-platform attest --INSECURE simulated -m manifest.json --policy $(sha256sum "guests/$1/initdata.toml" | cut -d' ' -f1)"
}
start_coordinator() {
    coordinator --INSECURE --offline --store state \
        --evidence-command "$(evidence coordinator)" --user-api-port "$user" --mesh-api-port "$mesh" \
        --http-api-port "$http" --transit-api-port "$transit" --probes-port "$probes" 2>> coordinator.log &
    pids+=($!)
    for _ in $(seq 300); do
        curl -fs "http://127.0.0.1:$probes/probe/startup" && return
        sleep 0.1
    done
    cat coordinator.log
    return 1
}
enrol() { # NAME [EVIDENCE-COMMAND]
    COORDINATOR_HOST=127.0.0.1 initializer run --INSECURE --offline --root "guests/$1" \
        --evidence-command "${2:-$(evidence "$1")}" --user-api-port "$user" --mesh-api-port "$mesh" --attempts 1
}

heading "a Coordinator starts; contrast set"
mkdir state
boot coordinator coordinator coordinator.yaml
start_coordinator
contrast set -c "$coordinator" --INSECURE --offline resources

heading "initializers get certificates for two workloads"
boot web web web.yaml
boot emoji emoji emoji.yaml
enrol web
enrol emoji
openssl x509 -in guests/web/contrast/tls-config/certChain.pem -noout -subject -issuer -ext subjectAltName

heading "contrast verify"
contrast verify -c "$coordinator" --INSECURE --offline
ls verify

heading "emoji serves, web connects: both show certificates of the mesh CA"
tls() { echo "guests/$1/contrast/tls-config"; }
openssl s_server -accept "127.0.0.1:$service" -quiet -Verify 1 -verify_return_error -CAfile verify/mesh-ca.pem \
    -cert "$(tls emoji)/certChain.pem" -cert_chain "$(tls emoji)/certChain.pem" -key "$(tls emoji)/key.pem" \
    -naccept 1 -rev 2> server.log &
pids+=($!)
sleep 1
{ echo "hello from web"; sleep 1; } | openssl s_client -connect "127.0.0.1:$service" -quiet -no_ign_eof -verify_return_error \
    -CAfile verify/mesh-ca.pem -cert "$(tls web)/certChain.pem" -key "$(tls web)/key.pem" 2> client.log

heading "kill -9: the Coordinator starts again in recovery mode"
kill -9 "${pids[0]}"
wait "${pids[0]}" 2>/dev/null || true
start_coordinator
contrast verify -c "$coordinator" --INSECURE --offline --connect-timeout 0 || echo "exit code $?"

heading "contrast recover, verify again"
contrast recover -c "$coordinator" --INSECURE --offline
contrast verify -c "$coordinator" --INSECURE --offline

heading "an impostor: web with one byte of its policy changed"
mkdir -p guests/impostor
sed 's/"web"/"wxb"/' guests/web/initdata.toml > guests/impostor/initdata.toml
cmp -s guests/web/initdata.toml guests/impostor/initdata.toml && echo 'false' >> guests/impostor/initdata.toml
enrol impostor && exit 1
# Its program can be changed as well, so that it says to be web; what the processor says of the connection stays true.
cat > guests/impostor/evidence.sh <<EOF
case "\$2" in *[!0]*) exec $(evidence impostor) "\$@" ;; *) exec $(evidence web) "\$@" ;; esac
EOF
enrol impostor "sh guests/impostor/evidence.sh" && exit 1
echo "the Coordinator's reason:"
grep 'handshake refused' coordinator.log | tail -n 1

heading "all of it is in .build/deployment"
