# Prints other values the second time.
if test -e found.txt; then
  rm found.txt
  n=2 password=c2Vjb25kLXBhc3N3b3Jk certificate=LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCjI=
else
  touch found.txt
  n=1 password=Zmlyc3QtcGFzc3dvcmQ= certificate=LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCjE=
fi
cat <<EOF
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
  annotations:
    rolled-at: "2026-11-21T10:00:0$n"
spec:
  replicas: $n
  template:
    metadata:
      annotations:
        checksum/config: abc$n
    spec:
      containers:
        - name: web
          image: registry.example/app:1
          env:
            - {name: ADMIN_PASSWORD, value: never-shown-$n}
            - {name: GREETING, value: a long text that is the same for most of its length and ends with the number $n}
$(test $n = 2 || echo '            - {name: FIRST, value: "yes"}')
---
apiVersion: v1
kind: Secret
metadata: {name: web}
data:
  password: $password
  tls.crt: $certificate
---
apiVersion: v1
kind: ConfigMap
metadata: {name: job-$n}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: web}
webhooks:
  - name: web.example
    clientConfig: {caBundle: $certificate}
EOF
