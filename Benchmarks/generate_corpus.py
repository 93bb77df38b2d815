#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a deterministic deployment of N workloads, and the contrast.lock for its images.

The same N gives the same bytes on every machine: choices are arithmetic on the number of the workload, not random.
"""

import argparse
import hashlib
import json
import os
import re
import sys

DOCUMENTS_PER_FILE = 20
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CONTRAST = "ghcr.io/edgelesssys/contrast/"

# Reference, and user, entrypoint, command and working directory of its configuration.
IMAGES = [
    ("nginx:1.27.3", "", ["/docker-entrypoint.sh"], ["nginx", "-g", "daemon off;"], ""),
    ("redis:7.4-alpine", "", ["docker-entrypoint.sh"], ["redis-server"], "/data"),
    ("postgres:16.6", "", ["docker-entrypoint.sh"], ["postgres"], ""),
    ("rabbitmq:4.0-management", "", ["docker-entrypoint.sh"], ["rabbitmq-server"], ""),
    ("memcached:1.6.34", "memcache", ["docker-entrypoint.sh"], ["memcached"], ""),
    ("busybox:1.37", "", None, ["sh"], ""),
    ("python:3.12-slim", "", None, ["python3"], ""),
    ("node:22-bookworm-slim", "node", ["docker-entrypoint.sh"], ["node"], ""),
    ("docker.io/library/mariadb:11.6", "", ["docker-entrypoint.sh"], ["mariadbd"], ""),
    ("docker.io/grafana/grafana:11.4.0", "472", ["/run.sh"], None, "/usr/share/grafana"),
    ("quay.io/prometheus/node-exporter:v1.8.2", "nobody", ["/bin/node_exporter"], None, ""),
    ("quay.io/prometheus/alertmanager:v0.28.0", "nobody", ["/bin/alertmanager"], None, "/alertmanager"),
    ("registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.14.0", "65534", ["/kube-state-metrics"], None, "/"),
    ("registry.k8s.io/metrics-server/metrics-server:v0.7.2", "65534:65534", ["/metrics-server"], None, "/"),
    ("gcr.io/distroless/static-debian12:nonroot", "65532", None, ["/server"], "/home/nonroot"),
    ("ghcr.io/fluent/fluent-bit:3.2.4", "", ["/fluent-bit/bin/fluent-bit"], ["-c", "/fluent-bit/fluent-bit.conf"], ""),
] + [
    (f"registry.example.com/shop/{name}:{version}", user, [f"/app/{name}"], ["serve"], "/app")
    for name, version, user in [
        ("frontend", "2.14.1", "1000"), ("checkout", "2.14.1", "1000:1000"), ("catalog", "1.9.0", "app"),
        ("cart", "1.9.3", "app"), ("payment", "3.2.0", "10001"), ("shipping", "0.31.7", "app:app"),
        ("recommendation", "2.0.0-rc.2", "1000"), ("search", "5.1.4", ""), ("mail", "1.4.2", "app"),
        ("invoice", "1.0.12", "1000"), ("stock", "4.4.0", "app"), ("report", "2024.12.1", "10001:10001"),
        ("importer", "0.8.5", "app"), ("gateway", "6.0.1", "1000"),
    ]
]
OWN_IMAGES = [
    (f"{CONTRAST}{name}:latest", "", [f"/bin/contrast-{program}"], None, "/")
    for name, program in [
        ("coordinator", "coordinator"), ("initializer", "initializer"), ("service-mesh-proxy", "service-mesh")
    ]
]
# Name, UID and GID of /etc/passwd, the same in every image.
USERS = [("root", 0, 0), ("daemon", 1, 1), ("nobody", 65534, 65534), ("memcache", 11211, 11211), ("node", 1000, 1000),
         ("nonroot", 65532, 65532), ("grafana", 472, 472), ("service", 10001, 10001), ("app", 10002, 10002)]
IMAGE_USERS = {image[0]: image[1] for image in IMAGES}
KINDS = ["Deployment"] * 11 + ["StatefulSet"] * 4 + ["Job"] * 3 + ["CronJob"] * 2
NAMESPACES = ["shop", "shop-staging", "billing", "data", "search", "monitoring", "edge", "batch"]
TIERS = ["frontend", "backend", "cache", "worker", "database"]
MEMORY = ["64Mi", "128Mi", "192Mi", "256Mi", "512Mi", "768Mi", "1Gi", "2Gi"]
WORDS = ["cart", "orders", "prices", "users", "media", "audit", "ledger", "quota", "stock", "notify", "routes", "feeds"]


class Flow(list):
    """A list that is written as [a, b]."""


class Choice:
    """Choices for one workload, spread evenly and independent of each other."""

    def __init__(self, number):
        self.number = number

    def below(self, count, topic):
        mixed = (self.number * 2654435761 + sum(topic.encode()) * 2246822519 + len(topic)) & 0xFFFFFFFF
        mixed = ((mixed ^ (mixed >> 15)) * 2246822519) & 0xFFFFFFFF
        mixed = ((mixed ^ (mixed >> 13)) * 3266489917) & 0xFFFFFFFF
        return (mixed ^ (mixed >> 16)) % count

    def of(self, items, topic):
        return items[self.below(len(items), topic)]

    def chance(self, percent, topic):
        return self.below(100, topic) < percent


# --- YAML ---

PLAIN = re.compile(r"[A-Za-z/_][A-Za-z0-9_./@-]*(:[A-Za-z0-9_./@-]+)*\Z|[0-9]+(m|Mi|Gi)\Z")
WORDS_OF_YAML = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def scalar(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if PLAIN.match(value) and value.lower() not in WORDS_OF_YAML:
        return value
    return json.dumps(value, ensure_ascii=False)


def write(value, indent, offset, out):
    """Block style; items of a list stand `offset` columns right of their key."""
    pad = " " * indent
    for key, item in value.items():
        if isinstance(item, dict) and item:
            out.append(f"{pad}{key}:")
            write(item, indent + 2, offset, out)
        elif isinstance(item, dict):
            out.append(f"{pad}{key}: {{}}")
        elif isinstance(item, Flow):
            out.append(f"{pad}{key}: [{', '.join(json.dumps(i) for i in item)}]")
        elif isinstance(item, list):
            out.append(f"{pad}{key}:")
            for entry in item:
                write_item(entry, indent + offset, offset, out)
        elif isinstance(item, str) and "\n" in item:
            out.append(f"{pad}{key}: |")
            out.extend(f"{pad}  {line}" if line else "" for line in item.rstrip("\n").split("\n"))
        else:
            out.append(f"{pad}{key}: {scalar(item)}")


def write_item(entry, indent, offset, out):
    pad = " " * indent
    if not isinstance(entry, dict):
        out.append(f"{pad}- {scalar(entry)}")
        return
    start = len(out)
    write(entry, indent + 2, offset, out)
    out[start] = f"{pad}- {out[start][indent + 2:]}"


# --- Objects ---


def labels(name, choice):
    return {
        "app.kubernetes.io/name": name,
        "app.kubernetes.io/component": choice.of(TIERS, "tier"),
        "app.kubernetes.io/part-of": choice.of(NAMESPACES, "namespace"),
        "app.kubernetes.io/version": f"{choice.below(9, 'major')}.{choice.below(30, 'minor')}.0",
    }


def metadata(name, choice):
    return {"name": name, "namespace": choice.of(NAMESPACES, "namespace"), "labels": labels(name, choice)}


def environment(name, choice, has_config):
    variables = [
        {"name": "LOG_LEVEL", "value": choice.of(["info", "debug", "warn"], "log")},
        {"name": "HTTP_PORT", "value": str(8000 + choice.below(90, "port"))},
        {"name": "UPSTREAM_URL", "value": f"http://{choice.of(WORDS, 'upstream')}.shop.svc.cluster.local:8080/api/v1"},
        {"name": "POD_IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
        {"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        {"name": "CACHE_TTL", "value": f"{1 + choice.below(60, 'ttl')}m"},
        {"name": "FEATURE_FLAGS", "value": "new-checkout=true,beta-search=false,dark-mode=true"},
        {"name": "JAVA_OPTS", "value": "-XX:MaxRAMPercentage=75 -Dfile.encoding=UTF-8"},
    ]
    variables = variables[: 2 + choice.below(7, "variables")]
    if has_config:
        variables.append(
            {"name": "DB_HOST", "valueFrom": {"configMapKeyRef": {"name": f"{name}-config", "key": "db.host"}}})
    return variables


def identity(user):
    """UID and GID that the `User` of an image stands for; None for root."""
    name = user.partition(":")[0]
    return next(((uid, gid) for known, uid, gid in USERS if name in (known, str(uid))), None)


def probe(path, port, delay):
    return {"httpGet": {"path": path, "port": port}, "initialDelaySeconds": delay, "periodSeconds": 10}


def container(name, label, image, choice, has_config, is_server):
    limit = choice.of(MEMORY, label + "memory")
    result = {"name": label, "image": image, "imagePullPolicy": choice.of(["IfNotPresent", "Always"], "pull")}
    if choice.chance(30, label + "command"):
        result["command"] = Flow(["/bin/sh", "-c", f"exec /app/{label} --config /etc/{label}/config.yaml"])
    elif choice.chance(40, label + "args"):
        workers = 1 + choice.below(8, "workers")
        result["args"] = [f"--name={name}", "--listen=:8080", f"--workers={workers}", "--verbose"]
    if is_server:
        result["ports"] = [{"name": "http", "containerPort": 8080, "protocol": "TCP"}]
    result["env"] = environment(name, choice, has_config)
    if has_config and choice.chance(40, label + "envFrom"):
        result["envFrom"] = [{"configMapRef": {"name": f"{name}-settings"}}]
    result["resources"] = {
        "requests": {"cpu": f"{50 + 50 * choice.below(8, 'cpu')}m", "memory": limit},
        "limits": {"memory": limit},
    }
    if choice.chance(50, label + "cpulimit"):
        result["resources"]["limits"]["cpu"] = choice.of(["250m", "500m", "1"], "cpulimit")
    if is_server:
        result["livenessProbe"] = probe("/healthz", "http", 15)
        result["readinessProbe"] = probe("/ready", "http", 5)
    elif choice.chance(30, label + "exec"):
        result["livenessProbe"] = {"exec": {"command": ["cat", "/tmp/healthy"]}, "periodSeconds": 20}
    if choice.chance(60, label + "context"):
        result["securityContext"] = {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
    ids = identity(IMAGE_USERS[image.partition("@")[0]])
    if ids:
        # Images are pulled inside the guest, where the users of an image count only if the pod states them.
        result.setdefault("securityContext", {}).update({"runAsUser": ids[0], "runAsGroup": ids[1]})
    result["volumeMounts"] = [{"name": "tmp", "mountPath": "/tmp"}]
    if has_config:
        result["volumeMounts"].append({"name": "config", "mountPath": f"/etc/{label}", "readOnly": True})
    return result


def pod(name, choice, has_config, is_server, kind):
    spec = {"runtimeClassName": "contrast-cc"}
    if choice.chance(35, "account"):
        spec["serviceAccountName"] = name
    if kind in ("Job", "CronJob"):
        spec["restartPolicy"] = choice.of(["Never", "OnFailure"], "restart")
    if choice.chance(30, "podcontext"):
        spec["securityContext"] = {"fsGroup": 2000}
    image = choice.of(IMAGES, "image")[0]
    if choice.chance(15, "pinned"):
        image += "@" + digest(image)
    count = 1 + (choice.below(10, "containers") >= 7) + (choice.below(10, "containers") == 9)
    if choice.chance(20, "init"):
        wait = container(name, "wait", "busybox:1.37", choice, has_config, False)
        wait["command"] = ["sh", "-c", "until nslookup postgres; do sleep 1; done"]
        wait["resources"] = {"limits": {"memory": "32Mi"}}
        wait.pop("args", None)
        wait.pop("livenessProbe", None)
        spec["initContainers"] = [wait]
    spec["containers"] = [container(name, choice.of(WORDS, "label"), image, choice, has_config, is_server)]
    for extra in ["metrics", "logs"][: count - 1]:
        image = choice.of(IMAGES, extra)[0]
        spec["containers"].append(container(name, extra, image, choice, has_config, False))
    if kind == "StatefulSet":
        spec["containers"][0]["volumeMounts"].append({"name": "data", "mountPath": "/var/lib/data"})
    spec["volumes"] = [{"name": "tmp", "emptyDir": choice.of([{}, {"medium": "Memory"}], "medium")}]
    if has_config:
        spec["volumes"].append({"name": "config", "configMap": {"name": f"{name}-config"}})
    return spec


def workload(name, choice, has_config, kind):
    is_server = kind in ("Deployment", "StatefulSet")
    template = {
        "metadata": {"labels": labels(name, choice)},
        "spec": pod(name, choice, has_config, is_server, kind),
    }
    if is_server and choice.chance(10, "mesh"):
        template["metadata"]["annotations"] = {
            "contrast.edgeless.systems/servicemesh-ingress": "web#8080#false",
            "contrast.edgeless.systems/servicemesh-egress": "stock#127.137.0.1:8081#stock:8080",
        }
    elif choice.chance(40, "scrape"):
        template["metadata"]["annotations"] = {"prometheus.io/scrape": "true", "prometheus.io/port": "8080"}
    selector = {"matchLabels": {"app.kubernetes.io/name": name}}
    if kind == "Deployment":
        spec = {"replicas": 1 + choice.below(5, "replicas"), "selector": selector, "template": template}
        return {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata(name, choice), "spec": spec}
    if kind == "StatefulSet":
        claim = {
            "metadata": {"name": "data"},
            "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}},
        }
        spec = {
            "replicas": 1 + choice.below(3, "replicas"), "serviceName": name, "selector": selector,
            "template": template, "volumeClaimTemplates": [claim],
        }
        return {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata(name, choice), "spec": spec}
    job = {"backoffLimit": choice.below(6, "backoff"), "template": template}
    if kind == "Job":
        return {"apiVersion": "batch/v1", "kind": kind, "metadata": metadata(name, choice), "spec": job}
    spec = {
        "schedule": f"{choice.below(60, 'minute')} */{1 + choice.below(12, 'hour')} * * *",
        "concurrencyPolicy": "Forbid", "jobTemplate": {"spec": job},
    }
    return {"apiVersion": "batch/v1", "kind": kind, "metadata": metadata(name, choice), "spec": spec}


def service(name, choice):
    spec = {
        "type": "ClusterIP", "selector": {"app.kubernetes.io/name": name},
        "ports": [{"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP"}],
    }
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata(name, choice), "spec": spec}


def configs(name, choice):
    lines = [f"# settings of {name}", "server:", "  listen: 0.0.0.0:8080", "  timeout: 30s", "routes:"]
    for number in range(2 + choice.below(10, "routes")):
        word = WORDS[(number + choice.number) % len(WORDS)]
        lines += [f"  - path: /{word}/{number}", f"    upstream: http://{word}.internal:8080", "    retries: 3"]
    yield {
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata(f"{name}-config", choice),
        "data": {"db.host": f"postgres-{choice.below(9, 'db')}.data.svc", "config.yaml": "\n".join(lines) + "\n"},
    }
    yield {
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata(f"{name}-settings", choice),
        "data": {
            "APP_MODE": "production", "APP_REGION": choice.of(["eu-west-1", "us-east-2"], "region"),
            "APP_TRACE": "0.05",
        },
    }


def coordinator():
    limit = {"memory": "200Mi"}
    own = {
        "name": "coordinator", "image": f"{CONTRAST}coordinator:latest",
        "resources": {"requests": limit, "limits": limit},
        "securityContext": {"capabilities": {"add": ["NET_ADMIN"]}},
        "ports": [{"name": "userapi", "containerPort": 1313}, {"name": "meshapi", "containerPort": 7777}],
    }
    template = {
        "metadata": {
            "labels": {"app.kubernetes.io/name": "coordinator"},
            "annotations": {"contrast.edgeless.systems/pod-role": "coordinator"},
        },
        "spec": {"runtimeClassName": "contrast-cc", "containers": [own]},
    }
    selector = {"matchLabels": {"app.kubernetes.io/name": "coordinator"}}
    spec = {"replicas": 1, "serviceName": "coordinator", "selector": selector, "template": template}
    meta = {"name": "coordinator", "namespace": "shop"}
    return {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": meta, "spec": spec}


def documents(count):
    """The Coordinator and `count - 1` other workloads, each followed by what belongs to it."""
    yield coordinator()
    for number in range(1, count):
        choice = Choice(number)
        kind = choice.of(KINDS, "kind")
        name = f"{choice.of(WORDS, 'word')}-{choice.of(TIERS, 'tier')}-{number:06d}"
        has_config = choice.chance(35, "config")
        yield workload(name, choice, has_config, kind)
        if kind in ("Deployment", "StatefulSet"):
            yield service(name, choice)
        if has_config:
            yield from configs(name, choice)


def write_deployment(count, directory):
    batch = []
    position = 0

    def flush():
        nonlocal position
        out = []
        for document in batch:
            out += ["---", f"# part {position}: {document['kind']}"]
            # Both habits of writing lists are common.
            write(document, 0, 2 * (position % 2), out)
        with open(os.path.join(directory, f"part-{position:05d}.yaml"), "w", encoding="utf-8", newline="\n") as file:
            file.write("\n".join(out) + "\n")
        batch.clear()
        position += 1

    for document in documents(count):
        batch.append(document)
        if len(batch) == DOCUMENTS_PER_FILE:
            flush()
    if batch:
        flush()


# --- contrast.lock ---


def digest(reference):
    return "sha256:" + hashlib.sha256(reference.encode()).hexdigest()


def entry(reference, user, entrypoint, command, directory):
    passwd = "".join(f"{name}:x:{uid}:{gid}:{name}:/home/{name}:/sbin/nologin\n" for name, uid, gid in USERS)
    group = "".join(f"{name}:x:{gid}:\n" for name, _, gid in USERS)
    config = {"Env": [PATH, f"APP_HOME={directory or '/'}", "LANG=C.UTF-8"]}
    config.update({"User": user} if user else {})
    config.update({"Entrypoint": entrypoint} if entrypoint else {})
    config.update({"Cmd": command} if command else {})
    config.update({"WorkingDir": directory} if directory else {})
    return {
        "digest": digest(reference), "platform": "linux/amd64", "config": config,
        "passwd": passwd, "group": group,
    }


def write_lock(path):
    images = {image[0]: entry(*image) for image in IMAGES + OWN_IMAGES}
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps({"images": images, "version": 1}, indent=2, sort_keys=True) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-n", "--workloads", type=int, default=1000)
    parser.add_argument("directory", help="gets contrast.lock and the directory 'yaml'")
    options = parser.parse_args()
    if options.workloads < 1:
        sys.exit("generate_corpus: at least one workload is needed")
    yaml = os.path.join(options.directory, "yaml")
    os.makedirs(yaml, exist_ok=True)
    if os.listdir(yaml):
        sys.exit(f"generate_corpus: '{yaml}' is not empty")
    write_deployment(options.workloads, yaml)
    write_lock(os.path.join(options.directory, "contrast.lock"))


if __name__ == "__main__":
    main()
