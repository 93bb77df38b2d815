// SPDX-License-Identifier: Apache-2.0
// swift-format-ignore-file
// Made from docs/codes by `make code-pages`.

enum CodePages {
    /// Markdown by code, without the last line break.
    static let all: [String: String] = [
"CC0101": #"""
# CC0101 an input cannot be read

A file or directory that was named, or that is needed, is not there or may not be read. Nothing is guessed in its place:
the run ends without writing anything.

## Wrong

A path that does not exist, for example because the command runs in another directory.

```sh
contrast generate deploymnet.yaml
```

## Right

Name a file or a directory that exists, or `-` for standard input.

```sh
contrast generate deployment.yaml
```
"""#,
"CC0102": #"""
# CC0102 invalid YAML

The text is not YAML 1.1 as Kubernetes reads it: an indentation that fits no block, a quote that is never closed, a tab
that indents, a character that may not start a value. The position is where the parser gave up; the mistake is there or
just before it.

## Wrong

```yaml
metadata:
  name: web
   labels: {}
```

## Right

```yaml
metadata:
  name: web
  labels: {}
```
"""#,
"CC0103": #"""
# CC0103 a key stands twice in one mapping

A mapping has the same key twice. Kubernetes keeps one of the two and drops the other without a word; which one depends on
the tool. A policy made from one value must not run beside an object that has the other, so this is an error.

## Wrong

```yaml
spec:
  replicas: 1
  replicas: 3
```

## Right

Keep one of them.

```yaml
spec:
  replicas: 3
```

Keys that are numbers or booleans become texts, `yes` for one becomes `true` and `010` becomes `8`; so two that are written in
different ways can be one.

```yaml
nodeSelector:
  yes: a
  "true": b # an error
```

That counts for keys behind a merge key, too, such as `<<: {yes: a}` there.

The same goes for a key that stands before a merge key (`<<`) which has it, too: the specification of YAML takes the mapping's
own value, Kubernetes the merged one.

```yaml
- command: [/bin/own] # an error
  <<: *defaults
- <<: *defaults
  command: [/bin/own] # takes the place of the merged one
```
"""#,
"CC0104": #"""
# CC0104 an input is not UTF-8

All inputs are read as UTF-8, with or without a byte order mark. Other encodings, UTF-16 among them, are refused, because
a byte that means two things in two programs is a way to smuggle text past a review.

## Wrong

A file saved as UTF-16 or Latin-1.

```sh
$ file old.yaml
old.yaml: Unicode text, UTF-16, little-endian text
```

## Right

Convert the file.

```sh
iconv -f UTF-16 -t UTF-8 old.yaml > new.yaml
```
"""#,
"CC0105": #"""
# CC0105 an input is larger than a limit

A file, a document, its nesting, its aliases or the number of its entries is beyond what this program accepts. The message
names the limit. The limits are far above what deployments need; they keep a small hostile file from taking all memory.

## Wrong

Aliases of aliases that stand for millions of values, or for many times the text of the file.

```yaml
a: &a [x, x, x, x]
b: &b [*a, *a, *a, *a]
c: &c [*b, *b, *b, *b]
```

## Right

Write out what is meant, or split the file into several.

```yaml
a: [x, x, x, x]
b: [x]
```
"""#,
"CC0106": #"""
# CC0106 an alias names no anchor

`*name` stands for the value that `&name` marks earlier in the same document. There is no such mark: it is missing, spelt
differently, later in the file, or in another document.

## Wrong

```yaml
args: *common
extra: &common ["--verbose"]
```

## Right

Mark the value before it is used.

```yaml
extra: &common ["--verbose"]
args: *common
```
"""#,
"CC0107": #"""
# CC0107 a document is not a Kubernetes object

Every document needs `apiVersion` and `kind`. In a directory such documents are skipped with a note, since a chart's values
or a kustomization may lie beside the objects; a file that was named explicitly must hold objects only, and so must a `List`.

An item of a `List` needs them too, wherever the list is. Items of a list of one kind, such as a `PodList`, may leave them
out: they are of that kind.

## Wrong

```yaml
name: web
image: nginx
```

## Right

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
```
"""#,
"CC0108": #"""
# CC0108 there is nothing to compile

None of the inputs holds a pod, or none of the pods asks for a confidential runtime class. No policy was made, so nothing
of this deployment is protected.

## Wrong

A pod template without a runtime class of Contrast.

```yaml
spec:
  containers: []
```

## Right

Ask for the runtime class, or adopt all workloads with `--all`.

```yaml
spec:
  runtimeClassName: contrast-cc
  containers: []
```

## What is at stake

A workload that is not compiled runs in an ordinary container, which the host can read and change.
"""#,
"CC0109": #"""
# CC0109 a plain scalar is not the string it looks like

A value without quotes reads as a boolean, a number or null where a string is expected. Kubernetes refuses it or turns it
into other text. The text as written is used here, and the fix-it puts quotes around it.

## Wrong

```yaml
env:
  - name: DEBUG
    value: yes
```

## Right

```yaml
env:
  - name: DEBUG
    value: "yes"
```
"""#,
"CC0110": #"""
# CC0110 an outdated API version

The object uses a version of its API that current clusters no longer serve. It is read as its `v1` form; the cluster will
refuse it all the same.

## Wrong

```yaml
apiVersion: extensions/v1beta1
kind: Deployment
```

## Right

```yaml
apiVersion: apps/v1
kind: Deployment
```
"""#,
"CC0111": #"""
# CC0111 a value has the wrong type

A field holds a mapping, a list or a scalar where another of these is expected. The cluster would refuse the object, and
no policy can be made from it.

## Wrong

```yaml
containers:
  name: web
```

## Right

```yaml
containers:
  - name: web
```
"""#,
"CC0112": #"""
# CC0112 an unknown field

The object has a field that its kind does not have, most often by a misspelling or a wrong indentation. The cluster drops
such a field or refuses the object, so what was meant does not happen.

## Wrong

```yaml
containers:
  - name: web
    comand: ["/bin/serve"]
```

## Right

```yaml
containers:
  - name: web
    command: ["/bin/serve"]
```
"""#,
"CC0113": #"""
# CC0113 a required field is missing

The object lacks a field without which it has no meaning, such as the name of a container or, with `--all`, the pod
template of a Deployment. The message says which. A patch lacks such fields: compile what Kustomize makes of it.

## Wrong

```yaml
containers:
  - image: nginx:1.25
```

## Right

```yaml
containers:
  - name: web
    image: nginx:1.25
```
"""#,
"CC0114": #"""
# CC0114 a value is not valid

A value has the right type but not a meaning: a port beyond 65535, a user that is no number, a name with characters that
names may not have, a line of a map that is no pair. The message says what was expected.

Of YAML it also means what Kubernetes reads in another way: text with the tag `!!binary`, a merge key (`<<`) that has a tag or
is an alias.

## Wrong

```yaml
securityContext:
  runAsUser: -1
```

## Right

```yaml
securityContext:
  runAsUser: 1000
```
"""#,
"CC0115": #"""
# CC0115 two objects have the same identity

Two objects of the run have the same kind, namespace and name. The cluster keeps only the one that is applied last, so one
of the two policies would belong to nothing, and a reader cannot tell which.

## Wrong

```yaml
kind: Pod
metadata: {name: web}
---
kind: Pod
metadata: {name: web}
```

## Right

Remove one, or give it another name.

```yaml
kind: Pod
metadata: {name: web}
---
kind: Pod
metadata: {name: web-two}
```
"""#,
"CC0116": #"""
# CC0116 a malformed configuration file

`contrast.toml`, or the file that `--config` names, is not the TOML that is read, has a table or key that no command knows,
or a value that the option does not take. Nothing was run.

## Wrong

```toml
[generate]
polcy-profile = "strict"
locked = "yes"
```

## Right

Call tables as commands and keys as their options, which `contrast generate --help` lists. Flags are true or false.

```toml
[generate]
policy-profile = "strict"
locked = true
```

## What is at stake

A misspelt key would leave a default in its place, perhaps one that is less strict.
"""#,
"CC0117": #"""
# CC0117 the render command failed

The command of `--render-command` could not be started, ended with another exit code than 0 or by a signal, or printed more
than an input may have. Its own messages stand before this one.

## Wrong

```sh
contrast generate --render-command 'helm template shop ./no-such-chart'
```

## Right

Give a command that works by itself from the same directory; `/bin/sh -c` runs it.

```sh
contrast generate --render-command 'helm template shop ./chart -f values.yaml'
```

## What is at stake

What a command prints before it fails may be half of a deployment, so nothing is compiled.
"""#,
"CC0118": #"""
# CC0118 rendering twice gives two results

The command of `--render-command` printed something else the second time. The finding names the document, the path and both
values; those of Secrets, and what looks like a secret elsewhere, are not shown.

## Wrong

```yaml
apiVersion: v1
kind: Secret
metadata: {name: db}
stringData:
  password: {{ randAlphaNum 16 }}
```

## Right

Give such values instead of drawing them: in a values file, or in a Secret that exists and that the chart is told the name of.

```yaml
apiVersion: v1
kind: Secret
metadata: {name: db}
stringData:
  password: {{ required "set the password" .Values.password }}
```

| Usual cause | What helps |
| --- | --- |
| random passwords (`randAlphaNum`, `uuidv4`) | values; `existingSecret` in many charts |
| generated certificates (`genCA`, `genSignedCert`) | make them once and give them as values; cert-manager |
| times (`now`, `date`) | a value, or nothing |
| checksums of these (`sha256sum`) | follow from the others |

## What is at stake

Policies and the manifest pin what is rendered. If each rendering differs, so does each policy: nobody can review the change,
and a deployment cannot be repeated.
"""#,
"CC0119": #"""
# CC0119 a document was printed anew

`generate` edits documents in place and keeps every byte that is not concerned. In unusual layouts it reads its own edits
again before it writes them. Where they would have changed what the document says, it prints the whole document anew: the same
content in plain block style, without comments, anchors and tags. What is written is checked, too.

## Wrong

```yaml
annotations: {
  example.com/a: 'true',
  io.katacontainers.config.hypervisor.cc_init_data        }
```

## Right

```yaml
annotations:
  example.com/a: 'true'
```

`generate --remove` cannot bring the old layout back. Use the document's ordinary layout, or compile a copy of it.
"""#,
"CC0201": #"""
# CC0201 a malformed quantity

A quantity of CPU, memory or storage is not one: a number, then at most one suffix of Kubernetes (`m`, `k`, `M`, `G`, `Ki`, `Mi`,
`Gi` and so on). No space, no `MB`.

## Wrong

```yaml
limits:
  memory: 512MB
```

## Right

```yaml
limits:
  memory: 512Mi
```
"""#,
"CC0202": #"""
# CC0202 a container has no memory limit

The memory of a confidential VM is fixed when it starts, and it is the sum of the limits of its containers. A container
without a limit adds nothing to it.

## Wrong

```yaml
containers:
  - name: web
    image: nginx:1.25
```

## Right

```yaml
containers:
  - name: web
    image: nginx:1.25
    resources:
      limits:
        memory: 256Mi
```

## What is at stake

The VM may be too small for the container, which then ends without a clear error. The image is kept in memory too.
"""#,
"CC0203": #"""
# CC0203 a request without a limit

A container requests memory or CPU but has no limit for it. The VM is sized by limits; here the request is counted as the
limit. Requests and limits of memory must be equal for the VM to get what was reserved.

## Wrong

```yaml
resources:
  requests:
    memory: 256Mi
```

## Right

```yaml
resources:
  requests:
    memory: 256Mi
  limits:
    memory: 256Mi
```
"""#,
"CC0204": #"""
# CC0204 an init container needs more memory than the VM has

Ordinary init containers are not counted when a VM is sized: only regular containers and sidecars are. This one has a
limit above the whole sum, so it will not get that memory.

## Wrong

```yaml
initContainers:
  - name: unpack
    resources: {limits: {memory: 1Gi}}
containers:
  - name: web
    resources: {limits: {memory: 128Mi}}
```

## Right

Raise the limit of a regular container.

```yaml
initContainers:
  - name: unpack
    resources: {limits: {memory: 1Gi}}
containers:
  - name: web
    resources: {limits: {memory: 1Gi}}
```
"""#,
"CC0205": #"""
# CC0205 a LimitRange would change the size of the VM

A LimitRange among the inputs gives this container a default limit. The cluster applies that after the VM was sized, so it
will have another size than the report says, and with another number of CPUs another launch digest. A default that changes
nothing is not reported. A container that generate added is named only when no other is at fault: give it room by a limit of
the pod as a whole, or leave the default out.

## Wrong

A container without limits in a namespace whose LimitRange has defaults.

```yaml
apiVersion: v1
kind: LimitRange
metadata: {name: defaults}
spec:
  limits:
    - type: Container
      default: {memory: 1Gi}
```

## Right

State the limit in the container, within the bounds of the LimitRange.

```yaml
resources:
  limits:
    memory: 512Mi
```
"""#,
"CC0206": #"""
# CC0206 no reference value for this number of vCPUs

A launch measurement covers the number of virtual CPUs. The reference values of this platform hold none for the number
that the CPU limits of this pod lead to (the limits rounded up, plus one). So the pod gets no ID block either.

## Wrong

```yaml
resources:
  limits:
    cpu: "400"
```

## Right

Lower the limits, or use reference values that cover the number.

```yaml
resources:
  limits:
    cpu: "3"
```

## What is at stake

The pod starts, but cannot prove what it is: the Coordinator will give it nothing.
"""#,
"CC0207": #"""
# CC0207 the memory of a pod hardly has room for its images

A guest unpacks the images of its pod into its own memory, unless the pod has an [image store](../generate.md). An image
takes about ten times the size of its compressed layers there: the layers themselves, what is in them, and as much again,
since the file system for them gets half of the memory. A pod whose limits are below that may fail to start, or run
out of memory later.

## Wrong

An image with layers of 50 MB, and

```yaml
containers:
  - name: web
    resources: {limits: {memory: 128Mi}}
```

## Right

Ten times the size of the image, and what the program needs; or `--calculate-pod-memory`, which adds up what the layers
really take.

```yaml
containers:
  - name: web
    resources: {limits: {memory: 600Mi}}
```
"""#,
"CC0301": #"""
# CC0301 a malformed ingress annotation

`contrast.edgeless.systems/servicemesh-ingress` is empty, `DISABLED`, or a list of `name#port#flag` joined by `##`. The flag
is `false` for TLS without a client certificate and `true` for a port that the proxy leaves alone. Ports that are not
listed take TLS with a client certificate of the mesh.

## Wrong

```yaml
contrast.edgeless.systems/servicemesh-ingress: web#8080
```

## Right

```yaml
contrast.edgeless.systems/servicemesh-ingress: web#8080#false
```

## What is at stake

A port that is listed takes connections from anybody, with `true` without encryption.
"""#,
"CC0302": #"""
# CC0302 a malformed egress annotation

`contrast.edgeless.systems/servicemesh-egress` is a list of `name#listen-address:port#remote-host:port`, joined by `##`.
The listen address is a loopback address of the pod.

## Wrong

```yaml
contrast.edgeless.systems/servicemesh-egress: billing#8081#billing
```

## Right

```yaml
contrast.edgeless.systems/servicemesh-egress: billing#127.137.0.1:8081#billing:8080
```
"""#,
"CC0303": #"""
# CC0303 a malformed admin port annotation

`contrast.edgeless.systems/servicemesh-admin-interface-port` is the port of the proxy's own interface: a number from 1 to
65535, as a string.

## Wrong

```yaml
contrast.edgeless.systems/servicemesh-admin-interface-port: admin
```

## Right

```yaml
contrast.edgeless.systems/servicemesh-admin-interface-port: "9901"
```
"""#,
"CC0304": #"""
# CC0304 a volume of ours has another type

The pod already has a volume with the name of one that Contrast adds, but of another type. Sharing it would put secrets
into a place that was made for something else. `contrast-secrets` and `contrast-tls-certs` must be an emptyDir; `image-store`
an ephemeral volume with `volumeMode: Block`, or a persistent volume claim.

## Wrong

```yaml
volumes:
  - name: contrast-secrets
    hostPath: {path: /tmp}
```

## Right

Rename the volume, or make it an emptyDir.

```yaml
volumes:
  - name: contrast-secrets
    emptyDir: {}
```

## What is at stake

With a hostPath the private key of the workload would lie on the host.
"""#,
"CC0305": #"""
# CC0305 an unknown role

The annotation `contrast.edgeless.systems/pod-role` marks pods that are part of Contrast; a Coordinator has the value
`coordinator`. A workload has no such annotation.

## Wrong

```yaml
contrast.edgeless.systems/pod-role: cordinator
```

## Right

```yaml
contrast.edgeless.systems/pod-role: coordinator
```
"""#,
"CC0306": #"""
# CC0306 an unknown platform

The platform of `--reference-values` or of a runtime class is not one that this version knows. The known ones are listed
by `contrast reference-values list`.

## Wrong

```sh
contrast generate --reference-values metal-snp deployment.yaml
```

## Right

```sh
contrast generate --reference-values metal-qemu-snp deployment.yaml
```
"""#,
"CC0307": #"""
# CC0307 no platform is chosen

A pod has the generic runtime class `contrast-cc`, and nothing says which platform that is. A policy and its measurements
belong to one platform.

## Wrong

```sh
contrast generate deployment.yaml
```

## Right

Name the platform, or give the pod a runtime class that contains it.

```sh
contrast generate --reference-values metal-qemu-snp deployment.yaml
```
"""#,
"CC0308": #"""
# CC0308 an object is not compiled

The object holds a pod but was left as it is; the message says why, for example because its runtime class is not one of
Contrast. It is listed in the report.

## Wrong

```yaml
kind: Deployment
spec:
  template:
    spec:
      runtimeClassName: kata
```

## Right

If it should be confidential, give it a runtime class of Contrast; else nothing needs to be done.

```yaml
kind: Deployment
spec:
  template:
    spec:
      runtimeClassName: contrast-cc
```

## What is at stake

It runs outside the protection of this deployment.

An object that was compiled before and has lost its runtime class is an error: it would run outside of a confidential VM, with
a policy that nothing heeds. Give it a runtime class of Contrast again, or take the policy away with `generate --remove`.
"""#,
"CC0309": #"""
# CC0309 the record of replaced values is damaged

`contrast.edgeless.systems/replaced` records what a run replaced, so that `generate --remove` can restore it. It is not
the sorted JSON object that was written, or it points to places that are not there.

## Wrong

```yaml
contrast.edgeless.systems/replaced: '{"/spec/runtime'
```

## Right

Restore the annotation from version control, or delete it and the values that Contrast set.

```yaml
contrast.edgeless.systems/replaced: '{"/spec/runtimeClassName":null}'
```
"""#,
"CC0310": #"""
# CC0310 a malformed secure-pv annotation

The annotation names two volumes of the pod: a block device that the initializer encrypts, and the volume at which the
workload finds the file system on it. The device must be a persistent volume claim, an iSCSI device or a template of a
StatefulSet; the other one is made when it is not there.

## Wrong

```yaml
contrast.edgeless.systems/secure-pv: state
```

## Right

```yaml
contrast.edgeless.systems/secure-pv: device:state
```

## What is at stake

Without the device, data would be written to memory and be gone with the pod.
"""#,
"CC0311": #"""
# CC0311 an initializer was written by hand

The pod has an init container with our name or with the image of our initializer, as in releases up to 0.8.

- A note: it gives way to the initializer of this release. Up to 0.8 certificates lay in the volume `contrast-tls-certs`; a
  pod that has or mounts this volume keeps finding them where it mounts it; containers that do not mount it find them at
  `/contrast/tls-config`.
- A warning, with skip-initializer: it is left as it is, but mounts nothing at `/contrast`, where initializers write now.

`generate --remove` puts back what was there.

## Wrong

```yaml
initContainers:
  - name: initializer
    image: ghcr.io/edgelesssys/contrast/initializer:v0.8.0
    env: [{name: COORDINATOR_HOST, value: coordinator}]
    volumeMounts:
      - {name: contrast-tls-certs, mountPath: /tls-config}
```

## Right

Remove the container and the volume, and read certificates from `/contrast/tls-config`. To keep an initializer of your own,
annotate the pod and mount the volume of today.

```yaml
metadata:
  annotations:
    contrast.edgeless.systems/skip-initializer: "true"
spec:
  initContainers:
    - name: contrast-initializer
      image: ghcr.io/edgelesssys/contrast/initializer:latest
      env: [{name: COORDINATOR_HOST, value: coordinator-ready.default}]
      volumeMounts:
        - {name: contrast-secrets, mountPath: /contrast}
```
"""#,
"CC0401": #"""
# CC0401 an image is not in the lock

`contrast.lock` has no entry for this image, and the network may not be asked: what the image is made of is unknown, so no
policy can be made. The notes name entries of the lock that look alike. With `--calculate-pod-memory` an entry must also have
`layers` with the sizes of each.

## Wrong

```json
{ "version": 1, "images": { "nginx:1.24": {} } }
```

```yaml
image: nginx:1.25
```

## Right

Resolve it and commit the lock.

```sh
contrast lock deployment.yaml
```
"""#,
"CC0402": #"""
# CC0402 a malformed image reference

An image is `[registry/]repository[:tag][@digest]`. The repository is lower case; a tag has up to 128 letters, digits, `_`,
`.` and `-`; a digest is `sha256:` and 64 lower-case hexadecimal digits, or `sha512:` and 128.

## Wrong

```yaml
image: ${REGISTRY}/Shop/Web:1.4
```

## Right

Replace variables before compiling, and spell the repository in lower case.

```yaml
image: registry.example/shop/web:1.4
```
"""#,
"CC0403": #"""
# CC0403 a malformed lock

`contrast.lock` is not JSON, has a version that this program does not read, or has an entry with a missing, unknown or
ill-formed member. Every entry needs `digest`, `platform` and `config`.

## Wrong

```json
{ "version": 1, "images": { "nginx:1.25": { "digest": "latest" } } }
```

## Right

Do not edit the lock by hand; let the program write it.

```sh
contrast lock --update deployment.yaml
```
"""#,
"CC0404": #"""
# CC0404 digests contradict each other

Either an image names a digest that is neither the `digest` nor the `index` of its entry, or an entry contradicts itself:
the manifest in it does not have the digest it should, or the configuration does not say what `config` says.

## Wrong

The deployment was moved to a new digest and the lock was not, or the lock was edited by hand.

```yaml
image: registry.example/web:1.4@sha256:bbbb…   # the lock has sha256:aaaa…
```

## Right

If the change was meant, resolve the image again and review the difference.

```sh
contrast lock --update deployment.yaml
```

## What is at stake

If it was not meant, somebody changed one of the two. A policy made from the wrong facts admits the wrong program.
"""#,
"CC0405": #"""
# CC0405 the facts of an image are not proven

The entry of this image has no `manifest` and `configBlob`, so its configuration does not follow from its digest: it is only
asserted. `--require-proof` refuses that.

## Wrong

```json
{ "digest": "sha256:…", "platform": "linux/amd64", "config": {} }
```

## Right

Let the program record the proof.

```sh
contrast lock --update deployment.yaml
```

## What is at stake

Whoever can write an asserted entry decides what the policy admits, without breaking any digest.
"""#,
"CC0406": #"""
# CC0406 a container has no image

The container names no image. Without one it cannot run, and its policy cannot be made.

## Wrong

```yaml
containers:
  - name: web
```

## Right

```yaml
containers:
  - name: web
    image: nginx:1.25
```
"""#,
"CC0407": #"""
# CC0407 an image of Contrast has no digest

An image that Contrast itself adds, such as the initializer, is known by its tag only: no release has filled in its digest.
The output carries the tag, and the policy does not bind the content.

## Wrong

```yaml
image: ghcr.io/edgelesssys/contrast/initializer:latest
```

## Right

Lock the image, or name a digest with `--image-replacements`.

```
ghcr.io/edgelesssys/contrast/initializer:latest=registry.example/initializer:v1@sha256:…
```

## What is at stake

Whoever controls the registry can replace the program that receives the workload's secrets.
"""#,
"CC0408": #"""
# CC0408 a volume of the image has no mount

The image declares a volume in its configuration, and the container mounts nothing there. The runtime would make a volume
of its own, on storage that the policy does not describe.

## Wrong

An image with `VOLUME /data`, and

```yaml
containers:
  - name: db
    image: redis:7
```

## Right

```yaml
containers:
  - name: db
    image: redis:7
    volumeMounts: [{name: data, mountPath: /data}]
volumes:
  - name: data
    emptyDir: {}
```
"""#,
"CC0409": #"""
# CC0409 the user of the image is unknown

The image runs as a user that is named, and its `/etc/passwd` or `/etc/group` does not say which number that is, or has no
such file in the lock. The number 0 would be assumed, which is root.

## Wrong

An image with `USER app` whose `/etc/passwd` has no line for `app`.

```dockerfile
FROM scratch
COPY app /app
USER app
```

## Right

State the numbers in the pod.

```yaml
securityContext:
  runAsUser: 1000
  runAsGroup: 1000
```
"""#,
"CC0410": #"""
# CC0410 an image has no digest

The image is named by a tag, which the registry may point elsewhere at any time, and nothing pins it to the content that
the policy was made for.

## Wrong

```yaml
image: nginx:1.25
```

## Right

```yaml
image: nginx:1.25@sha256:…
```

## What is at stake

The program that runs may be another one than the one that was reviewed.
"""#,
"CC0411": #"""
# CC0411 an image cannot be resolved

No source gave the image: the registry does not have it, refuses it or does not answer, or what it gave does not have the
digest that was asked for. The finding says which. Nothing is written.

## Wrong

```yaml
containers:
  - name: web
    image: registry.example/shop/wbe:1.4
```

## Right

Correct the reference, sign in (`docker login` and `podman login` are understood), name a registry without TLS by
`--insecure-registry`, or give the image as a file.

```sh
docker save registry.example/shop/web:1.4 -o web.tar
contrast lock --from web.tar deployment/
```

## What is at stake

A digest that does not match means that the registry, or somebody on the way, gives other content than was named.
"""#,
"CC0412": #"""
# CC0412 the kubelet cannot see that a container is not root

`runAsNonRoot: true` makes the kubelet refuse containers that would run as root. It looks at `runAsUser` and, where there
is none, at the user of the image's configuration. Root is refused, and so is a user that is named: which number a name
has is in the image's `/etc/passwd`, which the kubelet does not read.

## Wrong

An image with `USER app`, and

```yaml
containers:
  - name: web
    image: registry.example/web:1
    securityContext:
      runAsNonRoot: true
```

## Right

```yaml
containers:
  - name: web
    image: registry.example/web:1
    securityContext:
      runAsNonRoot: true
      runAsUser: 1000
```
"""#,
"CC0501": #"""
# CC0501 a reference to an object that is not there

A variable takes its value from a ConfigMap or Secret that is not among the inputs, or that has no such key. The policy
must know each value, so the object has to be compiled together with the pod.

- For a reference that is not optional this is a warning: the policy denies the variable. In a cluster that has the
  object the pod is refused at its start; in one that does not have it Kubernetes waits for it. For `envFrom` any name
  could come, so none is allowed.
- For an optional one it is a note: the policy expects the variable to be absent. The pod starts in a cluster that does not
  have the object, and is refused in one that has it.
- A mount or a block device of a volume that the pod does not have is an error, as it is for Kubernetes. An annotation or
  label that the pod does not have is a warning: the host may give the variable any value.

Inside `kustomize build`, as a transformer, references have not been renamed yet; give generate
[what Kustomize prints](../generate.md#with-kustomize-and-helm) instead.

## Wrong

```yaml
envFrom:
  - configMapRef: {name: settings}
```

## Right

Name the file of the object too.

```sh
contrast generate deployment.yaml settings.yaml
```
"""#,
"CC0502": #"""
# CC0502 the value of a Secret is in the policy

An environment variable takes its value from a Secret. The policy pins that value, and a policy is public: it is an
annotation of the pod and part of what is attested.

## Wrong

```yaml
env:
  - name: PASSWORD
    valueFrom:
      secretKeyRef: {name: db, key: password}
```

## Right

Let the workload fetch it after attestation, or leave the value free with `--secret-values free`.

```yaml
volumeMounts:
  - name: contrast-secrets
    mountPath: /contrast
```

```sh
contrast generate --secret-values free --reference-values metal-qemu-snp deployment.yaml
```

Secrets that stand in the YAML without being Secrets are [CC0517](CC0517.md).

## What is at stake

Everybody who may read pods can read the secret. A free value is not secret from the host either, and the host may change it.
"""#,
"CC0503": #"""
# CC0503 the user must be stated in the pod

The guest pulls the image itself, so the host cannot tell it which user the image asks for. The pod must say the same
user and groups that the image would give.

## Wrong

An image with `USER 1000`, and

```yaml
containers:
  - name: web
    image: registry.example/web:1
```

## Right

```yaml
containers:
  - name: web
    image: registry.example/web:1
    securityContext:
      runAsUser: 1000
      runAsGroup: 1000
```
"""#,
"CC0504": #"""
# CC0504 an unsupported volume

The volume is of a type that cannot be shared with a confidential VM, or that would share the host's files with it. A mount
may also name a volume that the pod does not have.

## Wrong

```yaml
volumes:
  - name: data
    hostPath: {path: /var/data}
```

## Right

```yaml
volumes:
  - name: data
    emptyDir: {}
```

## What is at stake

What the host can write, the workload must not trust.
"""#,
"CC0505": #"""
# CC0505 an unsupported source of a variable

The variable takes its value from a source that is not known when the policy is made, such as a field of the running pod
that the policy language cannot express. It is a warning for pods with the label `azure.workload.identity/use`: policies of
the `strict` profile deny the variables and the token that Azure's webhook adds.

## Wrong

```yaml
env:
  - name: CPUS
    valueFrom:
      fieldRef: {fieldPath: status.qosClass}
```

## Right

```yaml
env:
  - name: NODE
    valueFrom:
      fieldRef: {fieldPath: spec.nodeName}
```
"""#,
"CC0506": #"""
# CC0506 subPath is not supported

The runtime cannot mount a part of a volume into a confidential VM: `subPath` and `subPathExpr` have no effect there or
fail when the container starts.

## Wrong

```yaml
volumeMounts:
  - {name: data, mountPath: /etc/app, subPath: app}
```

## Right

Mount the whole volume and use a path in it.

```yaml
volumeMounts:
  - {name: data, mountPath: /data}
```
"""#,
"CC0507": #"""
# CC0507 malformed settings

The settings of `-s` are not JSON, have an unknown key, or a value of the wrong type. Settings loosen or tighten every
policy of the run, so nothing in them is ignored.

## Wrong

```json
{ "request_defaults": { "ExecProcessRequest": "sh" } }
```

## Right

```json
{ "request_defaults": { "ExecProcessRequest": { "allowed_commands": [] } } }
```
"""#,
"CC0508": #"""
# CC0508 the policy does not bind the image

On this platform a policy cannot say which image layers are mounted; or the settings say that the host pulls images
(`guest_pull` is false). The strict profile refuses that unless `--allow-unbound-images` is given; its policies then demand
everything else. With the compat profile, which never binds images, the platform is a warning.

## Wrong

```sh
contrast generate --reference-values aks-clh-snp deployment.yaml
```

## Right

Use a platform that pulls images inside the guest.

```sh
contrast generate --reference-values metal-qemu-snp deployment.yaml
```

## What is at stake

The host chooses the content of the image; only the command line and environment are checked.
"""#,
"CC0509": #"""
# CC0509 a text is not a policy that can be read back

The text is not a policy of this format version, or emitting it again does not give the same bytes. It may have been
written by another program, or changed. A judgement about a policy that is only half understood would be worth nothing.

## Wrong

A policy with a rule added by hand.

```rego
ExecProcessRequest { true }
```

## Right

Compile the deployment again and use what it gives.

```sh
contrast generate deployment.yaml && contrast policy show deployment.yaml
```

## What is at stake

An added rule that admits more would otherwise pass as the policy that was reviewed.
"""#,
"CC0510": #"""
# CC0510 malformed test cases

The file of `policy test` is not a JSON list of cases. Each has a `description`, a `kind` of request, the `request`, and
whether it is to be `allowed`.

## Wrong

```json
[ { "kind": "CreateContainer", "request": {} } ]
```

## Right

```json
[ { "description": "exec is denied", "allowed": false, "kind": "ExecProcessRequest", "request": {} } ]
```
"""#,
"CC0511": #"""
# CC0511 a policy is too large

The policy of this pod, encoded as an annotation, is near or beyond what the cluster and the guest accept: annotations of
one object may have 256 KiB together. The notes name the parts that take most.

## Wrong

A pod with hundreds of long variables taken from one ConfigMap.

```yaml
envFrom:
  - configMapRef: {name: everything}
```

## Right

Mount the ConfigMap as a file, or split the pod.

```yaml
volumes:
  - name: settings
    configMap: {name: everything}
```
"""#,
"CC0512": #"""
# CC0512 an unsupported field

The pod uses a field that the confidential runtime does not support or that breaks its isolation, such as the network or
process namespace of the host.

## Wrong

```yaml
spec:
  hostNetwork: true
```

## Right

```yaml
spec:
  hostNetwork: false
```

## What is at stake

A policy that ignored the field would describe another pod than the one that runs.
"""#,
"CC0513": #"""
# CC0513 a container is privileged

The container runs with every capability and with all devices of the VM. It can change the kernel, the agent and the
other containers of the pod; the policy then protects the VM from the host, but nothing inside from this container.

## Wrong

```yaml
securityContext:
  privileged: true
```

## Right

```yaml
securityContext:
  capabilities: {add: [NET_ADMIN]}
```

## What is at stake

Whoever takes over this container has the secrets of the whole pod.
"""#,
"CC0514": #"""
# CC0514 a pod asks for the network of the host

A confidential pod runs in a VM, whose network is not that of the host. The field has no effect beyond the name of the
network namespace that the host reports; ports of the host are not reachable.

## Wrong

```yaml
spec:
  hostNetwork: true
```

## Right

```yaml
spec:
  hostNetwork: false
```

## What is at stake

A workload that counts on the network of the host does not work, and nothing says so at run time.
"""#,
"CC0515": #"""
# CC0515 the host may run a command in a container

Exec probes and lifecycle hooks are commands that the host asks the agent to run. The policy has to allow them, and it
cannot tell the kubelet from anybody else on the host: the host may run them whenever it likes.

## Wrong

```yaml
livenessProbe:
  exec:
    command: [sh, -c, "rm -rf /tmp/cache && check"]
```

## Right

```yaml
livenessProbe:
  httpGet: {path: /healthz, port: 8080}
```

## What is at stake

A command with side effects is a tool in the hands of the host. Commands that only look are harmless.
"""#,
"CC0516": #"""
# CC0516 a debug shell is open

With `--insecure-enable-debug-shell-access` every workload but the Coordinator gets the sidecar `contrast-debug-shell`, and
its initdata tells the guest to offer a shell. Whoever controls the cluster can then do anything in the VM.

It is an error on a platform without initdata, since there the guest cannot be told.

## Wrong

```sh
contrast generate --insecure-enable-debug-shell-access production/
```

## Right

Compile again without the option: the sidecar goes, and the policy and its hash are others.

```sh
contrast generate production/
```

## What is at stake

Everything in the pod: its secrets, its mesh certificate and its data. The initdata is measured, so a manifest that lists
only policies without a debug shell refuses such pods.
"""#,
"CC0517": #"""
# CC0517 a text that looks like a secret is readable for the host

A variable, a word of a command, an annotation of the pod or an entry of a ConfigMap looks like a password, a token or a
key. It is in the YAML and in the policy, which everybody can read who may read pods. The finding names the kind and the
place, never the value.

## Wrong

```yaml
env:
  - name: DB_PASSWORD
    value: correct-horse-battery
```

## Right

Let the workload fetch it after attestation: derive it from the secret that the initializer leaves in `/contrast`, or keep
it in a store that asks for the mesh certificate. Then replace the secret, since the old one has been in the YAML.

```yaml
env:
  - name: DB_PASSWORD_FILE
    value: /contrast/secrets/workload-secret-seed
```

If it is no secret, allow the place: with `--allow-readable Deployment/web:DB_PASSWORD`, in `contrast.toml`, or with an
annotation of the object.

```yaml
metadata:
  annotations:
    contrast.edgeless.systems/allow-readable: DB_PASSWORD
```

## What is at stake

The host, and whoever may read the deployment, can use the secret, whatever protects the memory of the pod. See
[the lint](../secret-lint.md) for what it looks for and how often it errs.
"""#,
"CC0601": #"""
# CC0601 a malformed manifest

`manifest.json` is not JSON, or a member of it is not valid: a policy key that is not a SHA-256, a role that does not exist,
a measurement of the wrong length. Fields that are still to be filled in are another matter (CC0602).

## Wrong

```json
{ "Policies": { "abc": { "SANs": ["web"] } } }
```

## Right

Correct the member that the message names, or remove the file and let it be made again.

```sh
contrast generate -m manifest.json deployment.yaml
```
"""#,
"CC0602": #"""
# CC0602 reference values are incomplete

The manifest has fields that no program can know: the minimum versions of the firmware you accept, or identities of your
machines. They are left empty for you. Until they are filled in, `contrast set` refuses the manifest.

## Wrong

```json
{ "MinimumTCB": { "BootloaderVersion": null } }
```

## Right

Fill in the versions that your machines have and that you accept.

```json
{ "MinimumTCB": { "BootloaderVersion": 10 } }
```

## What is at stake

Too low a minimum admits firmware with known holes.
"""#,
"CC0603": #"""
# CC0603 there is no Coordinator

The inputs hold workloads but no Coordinator. The manifest then has no policy with the role `coordinator`, and workloads
cannot tell a true Coordinator from a false one.

## Wrong

```sh
contrast generate deployment.yaml
```

## Right

Compile the Coordinator together with the workloads.

```sh
contrast generate coordinator.yaml deployment.yaml
```
"""#,
"CC0604": #"""
# CC0604 there is no owner key

The manifest names no workload owner or no seedshare owner. Without a workload owner nobody can change the manifest once it
is set; without a seedshare owner nobody can recover the Coordinator. Pods that were compiled without a workload owner's key cannot tell their
Coordinator from one of the host's making.

## Wrong

```json
{ "WorkloadOwnerPubKeys": [] }
```

## Right

Name a key, or have one made.

```sh
contrast generate -w workload-owner.pub --add-seedshare-owner-key seedshare-owner.pub deployment.yaml
```

## What is at stake

If all Coordinators restart and there is no seedshare owner, every secret derived from the seed is lost.
"""#,
"CC0605": #"""
# CC0605 a malformed key

The file is not a key of the expected kind. A workload owner has an ECDSA key on P-384 and a seedshare owner
an RSA key, public or private, in PEM. The content of the file is never printed.

## Wrong

```sh
contrast generate -w id_ed25519.pub deployment.yaml
```

## Right

```sh
openssl ecparam -genkey -name secp384r1 -noout -out owner.pem
openssl ec -in owner.pem -pubout -out owner.pub
contrast generate -w owner.pub deployment.yaml
```
"""#,
"CC0606": #"""
# CC0606 hand-edited SANs were dropped

The manifest had names (SANs) that somebody added to a policy by hand. The policy changed, and neither its WorkloadSecretID
nor a first SAN that only it has says where they belong now.

## Wrong

```json
{ "Policies": { "old hash": { "SANs": ["web", "shop.example"] } } }
```

## Right

Add the names to the new entry.

```json
{ "Policies": { "new hash": { "SANs": ["web", "shop.example"] } } }
```

## What is at stake

Clients that expect the name in the certificate will refuse to connect.
"""#,
"CC0607": #"""
# CC0607 reference values are outdated

The manifest holds reference values of another release than the one that this program knows for the platform. They are
kept, because they may be meant; workloads that start on the new runtime will not match them.

## Wrong

```sh
contrast generate -m manifest.json deployment.yaml
```

## Right

After an upgrade, replace them and review the difference.

```sh
contrast generate --refresh -m manifest.json deployment.yaml
```
"""#,
"CC0608": #"""
# CC0608 two different workloads have the same policy

Two workloads lead to one policy hash, but would need different entries in the manifest: other names or another secret
identity. The Coordinator tells workloads apart by that hash alone.

## Wrong

Two pods that differ in nothing that the policy describes, but have different identities.

```yaml
contrast.edgeless.systems/workload-secret-id: a   # and b in its twin
```

## Right

Give them the same identity, or let something differ that the policy sees, such as the name of a container.

```yaml
contrast.edgeless.systems/workload-secret-id: shop/web
```

## What is at stake

Otherwise one would get certificates and secrets of the other.
"""#,
"CC0609": #"""
# CC0609 the workload cannot verify the Coordinator

The measured data of this pod name neither owner keys nor the policy of a Coordinator, because none were known in this run.
Its initializer will talk to any Coordinator that answers.

## Wrong

```sh
contrast generate deployment.yaml
```

## Right

Compile the Coordinator in the same run, or name the owner's key.

```sh
contrast generate -w owner.pub coordinator.yaml deployment.yaml
```

## What is at stake

A false Coordinator could issue certificates and secrets that an attacker knows.
"""#,
"CC0610": #"""
# CC0610 a malformed bundle

The file of reference values is not one: it is not JSON, lacks the `runtime` object, has an unknown key, or an image in it is
ill-formed.

## Wrong

```sh
contrast generate --reference-values ./values.yaml deployment.yaml
```

## Right

Take a bundle of a release, or make one from what it prints.

```sh
contrast reference-values show metal-qemu-snp > bundle.json
contrast generate --reference-values ./bundle.json deployment.yaml
```
"""#,
"CC0611": #"""
# CC0611 malformed initdata

The annotation does not hold base64 of gzip of an initdata document, or the document lacks its version, algorithm or data.
It was cut off, changed, or made by another program.

## Wrong

```yaml
io.katacontainers.config.hypervisor.cc_init_data: not-base64
```

## Right

Compile the deployment again.

```sh
contrast generate deployment.yaml
```

## What is at stake

The guest measures exactly these bytes; a pod with others will not be trusted.
"""#,
"CC0701": #"""
# CC0701 an output cannot be written

A file could not be written or renamed into place: its directory is missing, the disk is full, or the permissions do not
allow it. Outputs are replaced only when all of them are ready, and put back when one of them cannot be renamed, so the
old files are as they were. A file that could not be put back is named in a note. A file that is mounted into a container
on its own cannot be replaced ("Device or resource busy"): mount its directory.

## Wrong

```sh
contrast generate -o /nonexistent/out.yaml deployment.yaml
```

## Right

Name a directory that exists and may be written to.

```sh
contrast generate -o out.yaml deployment.yaml
```
"""#,
"CC0801": #"""
# CC0801 pods get no ID block

An ID block tells the firmware of an AMD processor which launch a VM must have had. It is made from the launch digest in
the reference values; the manifest and the bundle hold none for this platform, so the pods are annotated with none.

## Wrong

```json
{ "Platform": "Metal-QEMU-SNP", "ProductName": "Milan", "TrustedMeasurement": "" }
```

## Right

Measure the guest, and generate with the bundle that this writes.

```sh
contrast reference-values measure --platform metal-qemu-snp --firmware OVMF.fd --kernel vmlinuz -o bundle.json
contrast generate --reference-values ./bundle.json deployment/
```

## What is at stake

Verifiers ask for the ID block, so the pod starts, but the Coordinator will give it nothing.
"""#,
"CC0802": #"""
# CC0802 a bundle has expired

The bundle names a day from which on its reference values shall not be used any more, and that day has come.

## Wrong

```json
{ "version": 1, "platform": "Metal-QEMU-SNP", "expires": "2020-02-29" }
```

## Right

Use a newer bundle, or measure the current software again.

```sh
contrast reference-values measure --platform metal-qemu-snp --firmware OVMF.fd --expires 2030-01-31 -o bundle.json
```

## What is at stake

Whoever made the bundle expected that its software would need replacing by then, for example because of known faults.
"""#,
"CC0803": #"""
# CC0803 a file cannot be measured

A file that was given to `contrast reference-values measure` is not what it was given for, or has content for which no
measurement can be computed. The message says which.

## Wrong

```sh
contrast reference-values measure --platform metal-qemu-snp --firmware OVMF_VARS.fd
```

## Right

```sh
contrast reference-values measure --platform metal-qemu-snp --firmware OVMF.fd
```

## What is at stake

A measurement that is merely close to the right one never matches; so none is written.
"""#,
"CC0804": #"""
# CC0804 a malformed report

The file is neither an attestation report of AMD SEV-SNP (1184 bytes) nor a quote of Intel TDX (version 4 or 5).

## Wrong

```sh
contrast reference-values tcb certificate.pem
```

## Right

```sh
contrast reference-values tcb report.bin
```

## What is at stake

Nothing is read from a file that is something else.
"""#,
"CC0901": #"""
# CC0901 malformed evidence

The file is no evidence of a confidential VM: neither a SEV-SNP report of 1184 bytes, nor a TDX quote, nor one of the two
messages by which they go over the wire. The notes say what each form lacks.

## Wrong

```sh
contrast evidence verify report.txt
```

## Right

Give the bytes as the guest's kernel gives them, without base64 or hexadecimal around them.

```sh
base64 -d report.txt > report.bin
contrast evidence verify report.bin --endorsements vcek.der
```
"""#,
"CC0902": #"""
# CC0902 a malformed endorsement

A file that was given with `--endorsements` is none: expected are certificates or CRLs, in PEM or one in DER, or
collateral of Intel in JSON.

## Wrong

```sh
contrast evidence verify report.bin --endorsements key.pem
```

## Right

```sh
contrast evidence verify report.bin --endorsements vcek.der --endorsements cert_chain.pem
```
"""#,
"CC0903": #"""
# CC0903 evidence falls short

A requirement is not met. The message names the field, what was expected and, where the expectation is one of the
manifest, its place there; then what was found. The note names the rule and where it is specified. Of several entries
of reference values, the one that comes nearest is told.

## Wrong

```
manifest.json:14:29: error: COMMITTED_TCB (snpSPL): expected at least 25 (ReferenceValues.snp[0].MinimumTCB.SNPVersion), found 24 [CC0903]
```

## Right

Evidence that is not genuine is to be thrown away. Where the manifest expects too much, correct it; where the host is
out of date, have its firmware updated. `--explain` shows every step.

```sh
contrast evidence verify report.bin --endorsements vcek.der --manifest manifest.json --explain
```
"""#,
"CC0904": #"""
# CC0904 evidence is not verified in full

There was nothing to verify one of the rules with: no CRL of AMD's root for a SEV-SNP report, or not all of Intel's
collateral for a TDX quote. What was verified holds; whether the platform has been revoked or is out of date is open.

## Wrong

```sh
contrast evidence verify quote.bin
```

## Right

```sh
contrast evidence verify quote.bin --endorsements collateral.json
contrast evidence verify report.bin --endorsements vcek.der --endorsements crl.der
```
"""#,
"CC0905": #"""
# CC0905 an endorsement cannot be fetched

With `--fetch`, something that the verification needs is neither in the evidence, nor in a file, nor to be had from the
cache, the collateral proxy or the service of AMD or Intel. When an older answer from the cache is used instead, a note
says so; it is verified like any other, its dates included. Otherwise the verification goes on without it, and fails
where it is indispensable.

## Wrong

```sh
contrast evidence verify report.bin --fetch --offline --cache-dir empty
```

## Right

```sh
contrast evidence verify report.bin --fetch
contrast evidence verify report.bin --fetch --collateral-proxy http://collateral-proxy.example:8080
contrast evidence verify report.bin --endorsements vcek.der --endorsements crl.der
```
"""#,
"CC1001": #"""
# CC1001 no Coordinator answers

Nobody accepts a connection at the address, or nobody answers in time. The command tries again every second until
`--connect-timeout` is over, 180 seconds unless told otherwise.

## Wrong

```sh
contrast verify -c localhost:1314
```

## Right

1313 is the port of the user API. In a cluster a port forwarder makes it reachable
(`contrast render port-forwarder coordinator 1313`).

```sh
contrast verify -c localhost:1313
```
"""#,
"CC1002": #"""
# CC1002 the Coordinator refuses a request

The Coordinator was attested and has answered, but it does not do what it was asked for. The message is its own, with the
status code of gRPC. A request with more bytes than a Coordinator reads is not even sent.

## Wrong

```
error: the Coordinator refuses: coordinator is in recovery mode (failedPrecondition) [CC1002]
```

## Right

It depends on the answer. A Coordinator in recovery mode needs its seed; one that denies permission wants a key that the
active manifest lists; one that has no manifest configured wants the first.

```sh
contrast recover -c localhost:1313
```
"""#,
"CC1003": #"""
# CC1003 a Coordinator is not the one of the manifest

What answers has shown no evidence, or evidence that does not meet the manifest: another policy, another image, an
outdated host, another kind of machine. Nothing was sent to it. As with CC0903, the message names the field, what was
expected and what was found.

## Wrong

```
manifest.json:4:6: error: HOST_DATA: expected the policy of a Coordinator, found 5f1c… [CC1003]
```

## Right

If the Coordinator was compiled anew, apply its YAML to the cluster, so that the one that runs is the one of the manifest.
Otherwise find out who answers at that address.

```sh
contrast generate --reference-values metal-qemu-snp deployment/
kubectl apply -f deployment/
contrast verify -c localhost:1313
```
"""#,
"CC1004": #"""
# CC1004 the active manifest is not the expected one

`contrast verify` has compared the manifest that the Coordinator serves with yours. Notes say what differs. As a note: both
say the same, in other bytes.

## Wrong

```
manifest.json: error: active manifest does not match expected manifest [CC1004]
manifest.json: note: Policies.5f1c….SANs[0]: expected "web", the active manifest has "shop"
```

## Right

Look at the history in the directory `verify`. If somebody who may do so has set another manifest, get theirs; if yours is
the newer one, set it.

```sh
contrast set -c localhost:1313 deployment/
```
"""#,
"CC1005": #"""
# CC1005 the history of a deployment is not whole

The Coordinator's answer contradicts itself: a manifest lists a policy whose document is missing, a document belongs to no
manifest, or the manifests do not lead to the transition that was signed. A Coordinator of the expected image does not do
that.

## Wrong

```
verify: error: the document of policy 5f1c… is missing [CC1005]
```

## Right

Do not trust the deployment until it is known why. The files in the directory `verify` are what was received; ask again.

```sh
contrast verify -c coordinator.example:1313 --manifest manifest.json
```
"""#,
"CC1006": #"""
# CC1006 workloads and manifest do not go together

`contrast set` sends the manifest with the policies of the workloads. A workload has a policy that the manifest does not
list, or the manifest lists one that no workload has: the YAML was compiled after the manifest was written, or not all of it
was given.

## Wrong

```sh
contrast generate --reference-values metal-qemu-snp deployment/
contrast set -c localhost:1313 deployment/web.yaml
```

## Right

Give all that was compiled.

```sh
contrast set -c localhost:1313 deployment/
```
"""#,
"CC1007": #"""
# CC1007 no seed share can be used

The file is not one that `contrast set` writes, it has no share for this key, or the share is damaged. Each seed share owner
of the manifest got a share, when the first manifest was set.

## Wrong

```sh
contrast recover -c localhost:1313 --seedshare-owner-key other.pem
```

## Right

Give the private key of an owner that the first manifest listed, and the file of that set.

```sh
contrast recover -c localhost:1313 --seedshare-owner-key seedshare-owner.pem --seed seed-shares.json
```
"""#,
"CC1008": #"""
# CC1008 the first manifest could be set by anybody

This Coordinator was compiled without an owner key, so it has taken its first manifest from whoever came first. The history
shows which one that was.

## Wrong

```sh
contrast generate --reference-values metal-qemu-snp deployment/    # no workload-owner.pem
contrast set -c localhost:1313 deployment/
```

## Right

With an owner key the Coordinator knows, by what was measured of it, whom to take the first manifest from.

```sh
contrast generate --create-keys --reference-values metal-qemu-snp deployment/
contrast set -c localhost:1313 deployment/
```
"""#,
"CC1009": #"""
# CC1009 a transition hash is malformed

The hash of a transition is a SHA-256 in 64 hexadecimal digits. `contrast verify` writes it to `verify/latest-transition`.

## Wrong

```sh
contrast sign --latest-transition a48bf9 --out transition.sig
```

## Right

```sh
contrast verify -c localhost:1313
contrast sign --out transition.sig
```
"""#,
"CC1101": #"""
# CC1101 a file is no provenance statement

`contrast verify-build` reads what `contrast generate --provenance` wrote: an in-toto statement, or a DSSE envelope around
one. It refuses text that is neither, statements about other things than a run of generate, digests that are none, options
that this version does not know, and names of files outside of the directory.

## Wrong

```json
{ "_type": "https://in-toto.io/Statement/v1", "predicateType": "https://spdx.dev/Document", "subject": [] }
```

## Right

```sh
contrast generate --reference-values metal-qemu-snp --provenance build.json deployment/
contrast verify-build build.json
```
"""#,
"CC1102": #"""
# CC1102 nobody vouches for a provenance statement

The statement has no signature, or none by the key that was given: then it is refused. Without `--key` signatures are not
looked at, which is a warning. What the statement says can still be repeated, but not who said it.

## Wrong

```sh
contrast verify-build build.json
```

## Right

```sh
contrast generate --reference-values metal-qemu-snp --provenance build.json --provenance-key release.pem deployment/
contrast verify-build --key release.pub.pem build.json
```
"""#,
    ]
}
