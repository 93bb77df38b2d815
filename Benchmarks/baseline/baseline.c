// SPDX-License-Identifier: Apache-2.0

// The least that a compiler of Kubernetes YAML has to do, in C: read, parse, write again, hash one policy per workload.
// It keeps no tree; each event goes straight from libyaml's parser to libyaml's emitter.

#include <errno.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <yaml.h>

enum { POLICY_SIZE = 60 * 1024, DIGEST_SIZE = 32 };

typedef enum { PARSE, EMIT, HASH } Mode;

typedef struct {
    unsigned char *data;
    size_t size, capacity;
} Buffer;

typedef struct {
    unsigned long long bytes_in, bytes_out, documents, workloads, events;
    // All digests, folded into one, so that no work can be left out.
    unsigned char fold[DIGEST_SIZE];
} Counts;

typedef struct {
    Mode mode;
    Counts counts;
    Buffer input, output;
    unsigned char policy[POLICY_SIZE];
    unsigned char encoded[POLICY_SIZE / 3 * 4 + 5];
    EVP_MD_CTX *digest;
} Run;

// Where the parser stands in a document's root mapping, to find its `kind`.
typedef struct {
    int depth;
    bool is_mapping, expects_key, key_is_kind, is_workload;
} Root;

static void fail(const char *what, const char *path) {
    fprintf(stderr, "baseline: %s: %s\n", path, what);
    exit(1);
}

static void reserve(Buffer *buffer, size_t size) {
    if (size <= buffer->capacity) return;
    size_t capacity = size > 2 * buffer->capacity ? size : 2 * buffer->capacity;
    unsigned char *data = realloc(buffer->data, capacity);
    if (data == NULL) fail("out of memory", "buffer");
    buffer->data = data;
    buffer->capacity = capacity;
}

static void read_file(Buffer *buffer, const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) fail(strerror(errno), path);
    buffer->size = 0;
    size_t got;
    do {
        reserve(buffer, buffer->size + 65536);
        got = fread(buffer->data + buffer->size, 1, buffer->capacity - buffer->size, file);
        buffer->size += got;
    } while (got > 0);
    if (ferror(file)) fail("cannot be read", path);
    fclose(file);
}

static int append(void *data, unsigned char *bytes, size_t size) {
    Buffer *buffer = data;
    reserve(buffer, buffer->size + size);
    memcpy(buffer->data + buffer->size, bytes, size);
    buffer->size += size;
    return 1;
}

static bool is_text(const yaml_event_t *event, const char *text) {
    size_t length = strlen(text);
    return event->type == YAML_SCALAR_EVENT && event->data.scalar.length == length
        && memcmp(event->data.scalar.value, text, length) == 0;
}

static bool is_workload_kind(const yaml_event_t *event) {
    static const char *const kinds[] = {
        "Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob",
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (is_text(event, kinds[i])) return true;
    return false;
}

static void node_ended(Root *root, const yaml_event_t *event) {
    if (root->depth != 1 || !root->is_mapping) return;
    if (root->expects_key)
        root->key_is_kind = is_text(event, "kind");
    else if (root->key_is_kind && is_workload_kind(event))
        root->is_workload = true;
    root->expects_key = !root->expects_key;
}

static void observe(Root *root, const yaml_event_t *event) {
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT: *root = (Root){0}; break;
    case YAML_MAPPING_START_EVENT:
    case YAML_SEQUENCE_START_EVENT:
        if (root->depth == 0) {
            root->is_mapping = event->type == YAML_MAPPING_START_EVENT;
            root->expects_key = true;
        }
        root->depth++;
        break;
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        root->depth--;
        node_ended(root, event);
        break;
    case YAML_SCALAR_EVENT:
    case YAML_ALIAS_EVENT: node_ended(root, event); break;
    default: break;
    }
}

static void hash_policy(Run *run) {
    unsigned char digest[DIGEST_SIZE];
    if (EVP_DigestInit_ex(run->digest, EVP_sha256(), NULL) != 1
        || EVP_DigestUpdate(run->digest, run->policy, POLICY_SIZE) != 1
        || EVP_DigestFinal_ex(run->digest, digest, NULL) != 1)
        fail("SHA-256 failed", "libcrypto");
    int length = EVP_EncodeBlock(run->encoded, run->policy, POLICY_SIZE);
    for (int i = 0; i < DIGEST_SIZE; i++) run->counts.fold[i] ^= digest[i] ^ run->encoded[length - 1 - i];
    // No two policies are the same.
    run->policy[run->counts.workloads % POLICY_SIZE] ^= 1;
}

static void process(Run *run, const char *path) {
    read_file(&run->input, path);
    run->counts.bytes_in += run->input.size;
    run->output.size = 0;

    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) fail("out of memory", path);
    yaml_parser_set_input_string(&parser, run->input.data, run->input.size);
    yaml_emitter_t emitter;
    if (run->mode != PARSE) {
        if (!yaml_emitter_initialize(&emitter)) fail("out of memory", path);
        yaml_emitter_set_output(&emitter, append, &run->output);
        yaml_emitter_set_unicode(&emitter, 1);
        yaml_emitter_set_width(&emitter, -1);
    }

    Root root = {0};
    bool is_last = false;
    while (!is_last) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) fail(parser.problem ? parser.problem : "cannot be parsed", path);
        run->counts.events++;
        is_last = event.type == YAML_STREAM_END_EVENT;
        observe(&root, &event);
        if (event.type == YAML_DOCUMENT_END_EVENT) {
            run->counts.documents++;
            run->counts.workloads += root.is_workload;
            if (root.is_workload && run->mode == HASH) hash_policy(run);
        }
        if (run->mode == PARSE)
            yaml_event_delete(&event);
        else if (!yaml_emitter_emit(&emitter, &event))  // takes the event
            fail(emitter.problem ? emitter.problem : "cannot be emitted", path);
    }
    if (run->mode != PARSE) yaml_emitter_delete(&emitter);
    yaml_parser_delete(&parser);
    run->counts.bytes_out += run->output.size;
}

static double cpu_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

static void fill_policy(unsigned char *policy) {
    static const char line[] = "allow_mount(p, input) if { some rule in p.mounts; rule.path == input.path }\n";
    for (size_t i = 0; i < POLICY_SIZE; i++) policy[i] = (unsigned char)line[i % (sizeof line - 1)];
}

int main(int argc, char **argv) {
    static const char *const names[] = {"parse", "emit", "hash"};
    int mode = -1;
    for (int i = 0; argc > 1 && i < 3; i++)
        if (strcmp(argv[1], names[i]) == 0) mode = i;
    int repetitions = argc > 2 ? atoi(argv[2]) : 0;
    if (mode < 0 || repetitions < 1 || argc < 4) {
        fprintf(stderr, "usage: baseline parse|emit|hash REPETITIONS FILE...\n");
        return 64;
    }

    static Run run;
    run.mode = (Mode)mode;
    run.digest = EVP_MD_CTX_new();
    if (run.digest == NULL) fail("out of memory", "libcrypto");
    fill_policy(run.policy);
    double best = 0, total = 0;
    for (int i = 0; i < repetitions; i++) {
        run.counts = (Counts){0};
        double start = cpu_seconds();
        for (int file = 3; file < argc; file++) process(&run, argv[file]);
        double seconds = cpu_seconds() - start;
        total += seconds;
        if (i == 0 || seconds < best) best = seconds;
    }
    printf(
        "{\"mode\":\"%s\",\"repetitions\":%d,\"cpuBest\":%.6f,\"cpuTotal\":%.6f,\"files\":%d,\"bytesIn\":%llu,"
        "\"bytesOut\":%llu,\"documents\":%llu,\"workloads\":%llu,\"events\":%llu,\"fold\":\"",
        names[mode], repetitions, best, total, argc - 3, run.counts.bytes_in, run.counts.bytes_out,
        run.counts.documents, run.counts.workloads, run.counts.events);
    for (int i = 0; i < DIGEST_SIZE; i++) printf("%02x", run.counts.fold[i]);
    printf("\"}\n");
    EVP_MD_CTX_free(run.digest);
    free(run.input.data);
    free(run.output.data);
    return 0;
}
