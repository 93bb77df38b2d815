# SPDX-License-Identifier: Apache-2.0

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# What `make run` is built as; debug compiles faster.
CONFIGURATION ?= release
SWIFT_SOURCES := Package.swift Sources Tests
VENV := $(CURDIR)/.build/venv

# A Python that has the packages of scripts/requirements.txt; one is made unless the caller names theirs.
ifdef CONTRAST_REGO_PYTHON
venv := dependencies
else
CONTRAST_REGO_PYTHON := $(VENV)/bin/python
venv := venv
endif
export CONTRAST_REGO_PYTHON

FUZZ_SECONDS ?= 60
FUZZ_TARGETS := yaml mesh json manifest lock initdata policy regex firmware kernel eventlog tdxquote tdxcollateral \
	pckextension snpreport certificate encodings layer image auth clienthello serverflight

.PHONY: help run test format lint fuzz protos bench clean dependencies test-dependencies venv build-tests check-examples

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-16s %s\n", $$1, $$2 }' Makefile

run: dependencies ## build contrast and compile an example with it
	swift build --configuration $(CONFIGURATION) --product contrast
	scripts/run-example.sh "$$(swift build --configuration $(CONFIGURATION) --show-bin-path)/contrast"

test: lint build-tests $(venv) check-examples ## lint, build and run all tests; installs what they need
	swift test --skip-build

build-tests: test-dependencies
	swift build --build-tests --explicit-target-dependency-import-check error

check-examples: $(venv) ## validate the examples
	scripts/check-examples.sh

format: ## format the sources in place
	swift format --in-place --recursive --parallel $(SWIFT_SOURCES)

lint: dependencies ## check the format of the sources
	swift format lint --strict --recursive --parallel $(SWIFT_SOURCES)

fuzz: dependencies ## fuzz each parser for FUZZ_SECONDS, starting from the kept corpus
	CONTRAST_FUZZ=1 swift build --product Fuzz --configuration release --scratch-path .build/fuzz \
		-Xswiftc -sanitize=fuzzer
	for target in $(FUZZ_TARGETS); do \
		mkdir -p ".build/fuzz/corpus/$$target"; \
		SWIFT_BACKTRACE=enable=no FUZZ_TARGET="$$target" .build/fuzz/release/Fuzz -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=4096 \
			-artifact_prefix=".build/fuzz/$$target-" ".build/fuzz/corpus/$$target" $$(ls -d "Tests/Fuzz/Corpus/$$target" 2>/dev/null || true); \
	done

protos: ## generate the messages of the Coordinator's services; needs protoc
	scripts/make-protos.sh

bench: dependencies ## run the benchmarks, beside a baseline in C
	Benchmarks/run.py

clean: ## remove all that was built
	rm -rf .build Benchmarks/.build

dependencies:
	@scripts/install-dependencies.sh

test-dependencies:
	@scripts/install-dependencies.sh --tests

venv: dependencies
	@scripts/make-venv.sh "$(VENV)"
